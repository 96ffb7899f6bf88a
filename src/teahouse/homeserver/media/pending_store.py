"""The SQL of addresses that were given out before their content."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.homeserver.media.model import Pending
from teahouse.homeserver.media.tables import media_pending
from teahouse.kit.database import ReadTx
from teahouse.kit.listed import as_parameter, is_listed
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of


def _is(media_id: str) -> sa.ColumnElement[bool]:
    shard = shard_of(media_id)
    return sa.and_(media_pending.c.shard == shard, media_pending.c.media_id == media_id)


def add(tx: WriteTx, pending: Pending) -> None:
    tx.insert(
        media_pending,
        shard=shard_of(pending.media_id),
        media_id=pending.media_id,
        user_id=pending.user_id,
        expires_at_ms=pending.expires_at_ms,
    )


def find(tx: ReadTx, media_id: str, now_ms: int) -> Pending | None:
    """None also when its time is over."""
    row = tx.first(
        sa.select(media_pending).where(_is(media_id), media_pending.c.expires_at_ms > now_ms)
    )
    return Pending(row.media_id, row.user_id, row.expires_at_ms) if row is not None else None


def count(tx: ReadTx, user_id: str, now_ms: int) -> int:
    """Bounded by how many a user may have."""
    return int(
        tx.scalar(
            sa.select(sa.func.count()).where(
                media_pending.c.user_id == user_id, media_pending.c.expires_at_ms > now_ms
            )
        )
        or 0
    )


def remove(tx: WriteTx, media_id: str) -> None:
    tx.run(sa.delete(media_pending).where(_is(media_id)))


def remove_expired(tx: WriteTx, limit: int) -> bool:
    """Some; whether there may be more."""
    rows = tx.all(
        sa.select(media_pending.c.shard, media_pending.c.media_id)
        .where(media_pending.c.expires_at_ms <= tx.now_ms)
        .limit(limit)
    )
    is_expired = is_listed("keys", media_pending.c.shard, media_pending.c.media_id)
    tx.run(sa.delete(media_pending).where(is_expired), keys=as_parameter(map(tuple, rows)))
    return len(rows) == limit


def remove_of_user(tx: WriteTx, user_id: str) -> None:
    tx.run(sa.delete(media_pending).where(media_pending.c.user_id == user_id))
