"""All rooms, in pages: for whoever runs the server.

The order is that of the key, so that a page is one range of an index.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from teahouse.homeserver.rooms.outside.room_summary import RoomSummary, summaries
from teahouse.homeserver.rooms.tables import room
from teahouse.kit.database import ReadTx
from teahouse.kit.shards import shard_of


@dataclass(frozen=True, slots=True)
class Overview:
    creator: str
    is_published: bool
    summary: RoomSummary


def page(tx: ReadTx, *, after: str | None, limit: int) -> list[Overview]:
    """At most `limit` rooms after the one called `after`."""
    wanted = sa.select(room).order_by(room.c.shard, room.c.room_id).limit(limit)
    if after is not None:
        shard = shard_of(after)
        same_shard = sa.and_(room.c.shard == shard, room.c.room_id > after)
        wanted = wanted.where(sa.or_(room.c.shard > shard, same_shard))
    rows = tx.all(wanted)
    found = summaries(tx, [row.room_id for row in rows])
    return [Overview(row.creator, row.published, found[row.room_id]) for row in rows]


def one(tx: ReadTx, room_id: str) -> Overview | None:
    mine = (room.c.shard == shard_of(room_id), room.c.room_id == room_id)
    row = tx.first(sa.select(room).where(*mine))
    if row is None:
        return None
    return Overview(row.creator, row.published, summaries(tx, [room_id])[room_id])


def room_ids(tx: ReadTx) -> list[str]:
    return list(tx.scalars(sa.select(room.c.room_id).order_by(room.c.shard, room.c.room_id)))


def count(tx: ReadTx) -> int:
    counted: int = tx.scalar(sa.select(sa.func.count()).select_from(room))
    return counted
