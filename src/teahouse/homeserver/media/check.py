"""Whether what is counted of media is what there is, and whether each file is."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.media import counted_store
from teahouse.homeserver.media.tables import media, media_content, media_total, media_usage
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.objects import ObjectStore

FILES_A_PAGE = 500


def problems(tx: ReadTx) -> Iterator[str]:
    """A sentence for each thing that is wrong."""
    yield from _uses(tx)
    yield from _usage(tx)
    yield from _totals(tx)


async def file_problems(
    database: Database, contents: ObjectStore, *, deep: bool
) -> AsyncIterator[str]:
    """Whether each file is there in its size; with `deep`, also whether it is what was uploaded."""
    after = (-1, "")
    while page := await database.read(_page, after):
        for row in page:
            problem = await _problem(contents, row.object, row.size_bytes, deep)
            # It may have been deleted meanwhile.
            if problem is not None and await database.read(counted_store.is_used, row.object):
                yield f"media: the file {row.object} {problem}"
        after = (page[-1].shard, page[-1].object)


async def _problem(contents: ObjectStore, name: str, size_bytes: int, deep: bool) -> str | None:
    found = await contents.size_bytes(name)
    if found is None:
        return "is not there"
    if found != size_bytes:
        return f"has {found} bytes, not {size_bytes}"
    if deep and await _hash(contents, name) != name:
        return "is not what was uploaded"
    return None


async def _hash(contents: ObjectStore, name: str) -> str:
    digest = hashlib.sha256()
    async for chunk in contents.read(name):
        digest.update(chunk)
    return digest.hexdigest()


def _page(tx: ReadTx, after: tuple[int, str]) -> Sequence[sa.Row[Any]]:
    place = sa.tuple_(media_content.c.shard, media_content.c.object)
    return tx.all(
        sa.select(media_content)
        .where(place > sa.tuple_(*after), media_content.c.uses > 0)
        .order_by(media_content.c.shard, media_content.c.object)
        .limit(FILES_A_PAGE)
    )


def _uses(tx: ReadTx) -> Iterator[str]:
    counted = (
        sa.select(
            media.c.object,
            sa.func.count().label("uses"),
            sa.func.min(media.c.size_bytes).label("least"),
            sa.func.max(media.c.size_bytes).label("most"),
        )
        .group_by(media.c.object)
        .subquery()
    )
    file = media_content
    uses = sa.func.coalesce(counted.c.uses, 0)
    is_wrong = sa.or_(
        file.c.uses != uses,
        file.c.size_bytes != counted.c.least,
        file.c.size_bytes != counted.c.most,
    )
    wrong = (
        sa.select(file.c.object, file.c.uses, uses.label("found"))
        .select_from(file.outerjoin(counted, counted.c.object == file.c.object))
        .where(is_wrong)
    )
    for row in tx.all(wrong):
        yield f"media: the file {row.object} has {row.uses} uses of its size, found {row.found}"
    unknown = (
        sa.select(counted.c.object)
        .select_from(counted.outerjoin(file, counted.c.object == file.c.object))
        .where(file.c.object.is_(None))
    )
    for name in tx.scalars(unknown):
        yield f"media: the file {name} is used and not counted"


def _usage(tx: ReadTx) -> Iterator[str]:
    size_bytes = sa.func.sum(media.c.size_bytes).label("size_bytes")
    summed = sa.select(media.c.user_id, size_bytes).group_by(media.c.user_id)
    found = {row.user_id: int(row.size_bytes) for row in tx.all(summed)}
    for row in tx.all(sa.select(media_usage)):
        actual = found.pop(row.user_id, 0)
        if row.size_bytes != actual:
            yield f"media: {row.user_id} has {actual} bytes, counted {row.size_bytes}"
    for user_id, actual in found.items():
        yield f"media: {user_id} has {actual} bytes, not counted"


def _totals(tx: ReadTx) -> Iterator[str]:
    file = media_content
    summed = (
        sa.select(file.c.shard, sa.func.sum(file.c.size_bytes).label("size_bytes"))
        .where(file.c.uses > 0)
        .group_by(file.c.shard)
    )
    found = {row.shard: int(row.size_bytes) for row in tx.all(summed)}
    counted = {row.shard: row.size_bytes for row in tx.all(sa.select(media_total))}
    for shard in sorted(found.keys() | counted.keys()):
        if found.get(shard, 0) != counted.get(shard, 0):
            yield (
                f"media: shard {shard} has {found.get(shard, 0)} bytes,"
                f" counted {counted.get(shard, 0)}"
            )
