"""The SQL of what is counted: uses of a file, bytes of a user, bytes of all."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from teahouse.homeserver.media.tables import media_content, media_total, media_usage
from teahouse.kit.database import ReadTx
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import insert_if_absent, insert_or_add


def _is(object_name: str) -> sa.ColumnElement[bool]:
    shard = shard_of(object_name)
    return sa.and_(media_content.c.shard == shard, media_content.c.object == object_name)


def add_use(tx: WriteTx, object_name: str, size_bytes: int) -> bool:
    """One more upload has this content. Whether it is the only one."""
    note_unused(tx, object_name, size_bytes)
    change = sa.update(media_content).where(_is(object_name)).values(uses=media_content.c.uses + 1)
    is_first: bool = tx.run(change.returning(media_content.c.uses)).scalar_one() == 1
    if is_first:
        _add_to_total(tx, object_name, size_bytes)
    return is_first


def note_unused(tx: WriteTx, object_name: str, size_bytes: int) -> None:
    """There is a file; until something uses it, it is to be removed."""
    shard = shard_of(object_name)
    insert_if_absent(
        tx, media_content, shard=shard, object=object_name, size_bytes=size_bytes, uses=0
    )


def drop_uses(tx: WriteTx, object_name: str, size_bytes: int, count: int) -> None:
    change = (
        sa.update(media_content).where(_is(object_name)).values(uses=media_content.c.uses - count)
    )
    if tx.run(change.returning(media_content.c.uses)).scalar_one() == 0:
        _add_to_total(tx, object_name, -size_bytes)


def unused(tx: ReadTx, limit: int, besides: Sequence[str] = ()) -> Sequence[str]:
    """Names of files that nothing uses, except some."""
    return tx.scalars(
        sa.select(media_content.c.object)
        .where(media_content.c.uses == sa.literal_column("0"))
        .where(media_content.c.object.not_in(besides))
        .limit(limit)
    )


def is_used(tx: ReadTx, object_name: str) -> bool:
    return bool(tx.scalar(sa.select(media_content.c.uses).where(_is(object_name))))


def known(tx: ReadTx, object_names: Sequence[str]) -> Sequence[str]:
    """Those of the files that are counted, used or not."""
    shards = sorted({shard_of(name) for name in object_names})
    return tx.scalars(
        sa.select(media_content.c.object).where(
            media_content.c.shard.in_(shards), media_content.c.object.in_(object_names)
        )
    )


def forget(tx: WriteTx, object_name: str) -> None:
    """The file is gone."""
    tx.run(sa.delete(media_content).where(_is(object_name), media_content.c.uses == 0))


def _add_to_total(tx: WriteTx, object_name: str, size_bytes: int) -> None:
    shard = shard_of(object_name)
    insert_or_add(tx, media_total, {"shard": shard}, media_total.c.size_bytes, size_bytes)


def total(tx: ReadTx) -> int:
    """Of at most as many rows as there are shards."""
    return int(tx.scalar(sa.select(sa.func.sum(media_total.c.size_bytes))) or 0)


def usage(tx: ReadTx, user_id: str) -> int:
    found = tx.scalar(
        sa.select(media_usage.c.size_bytes).where(
            media_usage.c.shard == shard_of(user_id), media_usage.c.user_id == user_id
        )
    )
    return int(found or 0)


def add_usage(tx: WriteTx, user_id: str, size_bytes: int) -> None:
    owner = {"shard": shard_of(user_id), "user_id": user_id}
    insert_or_add(tx, media_usage, owner, media_usage.c.size_bytes, size_bytes)
