"""The event next to a moment.

Events are numbered as they come, so their times rise with their positions, but for what a clock
set back or a message from elsewhere brings along. The place is found by halving, which needs no
index on the times; next to events with times out of order it is near, not exact.
Source: client-server API, GET /rooms/{roomId}/timestamp_to_event
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.rooms.tables import event
from teahouse.homeserver.rooms.timeline.stored import in_room
from teahouse.homeserver.rooms.visibility.sight import Sight
from teahouse.kit.database import ReadTx

START = -1


def closest(
    tx: ReadTx, room_id: str, seen: Sight, upto: int, ts: int, *, forward: bool
) -> sa.Row[Any] | None:
    """(event_id, origin_server_ts) of the first at `ts` or later, or the last at `ts` or sooner,
    of those that are seen. None when there is none."""
    place = _place(tx, room_id, upto, ts if forward else ts + 1)
    if forward:
        ranges = list(seen.between(place, upto))
    else:
        ranges = list(seen.between(START, place))[::-1]
    order = event.c.pos if forward else event.c.pos.desc()
    for first, last in ranges:
        found = tx.first(
            sa.select(event.c.event_id, event.c.origin_server_ts)
            .where(*in_room(room_id), event.c.pos >= first, event.c.pos <= last)
            .order_by(order)
            .limit(1)
        )
        if found is not None:
            return found
    return None


def _place(tx: ReadTx, room_id: str, upto: int, ts: int) -> int:
    """A position: events up to it are before `ts`, those after it are not."""
    low, high = START, _last(tx, room_id, upto)
    while low < high:
        middle = (low + high + 1) // 2
        at = _at_or_before(tx, room_id, middle)
        if at is None or at.origin_server_ts < ts:
            low = middle
        else:
            high = at.pos - 1
    return low


def _last(tx: ReadTx, room_id: str, upto: int) -> int:
    found = _at_or_before(tx, room_id, upto)
    return START if found is None else int(found.pos)


def _at_or_before(tx: ReadTx, room_id: str, pos: int) -> sa.Row[Any] | None:
    return tx.first(
        sa.select(event.c.pos, event.c.origin_server_ts)
        .where(*in_room(room_id), event.c.pos <= pos)
        .order_by(event.c.pos.desc())
        .limit(1)
    )
