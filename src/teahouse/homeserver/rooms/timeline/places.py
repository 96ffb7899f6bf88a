"""Events by where they stand: for who follows the log of all rooms."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache

import sqlalchemy as sa

from teahouse.homeserver.rooms.tables import event, room
from teahouse.homeserver.rooms.timeline.stored import StoredEvent, stored_columns, stored_event
from teahouse.kit.database import ReadTx
from teahouse.kit.listed import as_parameter, listed
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of

Place = tuple[str, int]
"""(room_id, pos)"""


def after(tx: ReadTx, types: Collection[str], after: int, upto: int, limit: int) -> list[Place]:
    """Of events of some types with after < pos <= upto, in all rooms, oldest first.

    Looks into every room: for who has lost the thread, not for who follows it.
    """
    rows = tx.all(
        sa.select(event.c.room_id, event.c.pos)
        .select_from(
            room.join(
                event, sa.and_(event.c.shard == room.c.shard, event.c.room_id == room.c.room_id)
            )
        )
        .where(event.c.pos > after, event.c.pos <= upto, event.c.type.in_(sorted(types)))
        .order_by(event.c.pos)
        .limit(limit)
    )
    return [(row.room_id, row.pos) for row in rows]


def at(tx: ReadTx, places: Iterable[Place]) -> list[StoredEvent]:
    """The events there, in no order."""
    rows = tx.all(
        _at(tx.dialect_name),
        places=as_parameter((shard_of(room_id), room_id, pos) for room_id, pos in places),
    )
    return [stored_event(row) for row in rows]


@cache
def _at(dialect: str) -> Prepared:
    places = listed(dialect, "places", shard=int, room_id=str, pos=int)
    is_there = sa.and_(
        event.c.shard == places.c.shard,
        event.c.room_id == places.c.room_id,
        event.c.pos == places.c.pos,
    )
    return Prepared(sa.select(*stored_columns()).select_from(places.join(event, is_there)))
