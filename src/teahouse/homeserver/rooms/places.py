"""Events by where they stand: for who follows the log of all rooms."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from teahouse.homeserver.rooms.stored import StoredEvent, stored_columns, stored_event
from teahouse.homeserver.rooms.tables import event, room
from teahouse.kit.database import ReadTx
from teahouse.kit.shards import shard_of
from teahouse.kit.value_rows import value_rows

Place = tuple[str, int]
"""(room_id, pos)"""

IN_ONE_LIST = 250


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


def at(tx: ReadTx, places: Sequence[Place]) -> list[StoredEvent]:
    """The events there, in no order."""
    found: list[StoredEvent] = []
    for start in range(0, len(places), IN_ONE_LIST):
        some = places[start : start + IN_ONE_LIST]
        rows = [(shard_of(room_id), room_id, pos) for room_id, pos in some]
        wanted = value_rows(rows, event.c.shard, event.c.room_id, event.c.pos)
        found += [
            stored_event(row)
            for row in tx.all(
                sa.select(*stored_columns()).select_from(
                    wanted.join(
                        event,
                        sa.and_(
                            event.c.shard == wanted.c.shard,
                            event.c.room_id == wanted.c.room_id,
                            event.c.pos == wanted.c.pos,
                        ),
                    )
                )
            )
        ]
    return found
