"""The state of a room at a position."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.rooms.tables import event, room_state
from teahouse.homeserver.rooms.timeline.stored import StoredEvent, stored_columns, stored_event
from teahouse.kit.database import ReadTx
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of

STATE_EVENT = sa.and_(
    event.c.shard == room_state.c.shard,
    event.c.room_id == room_state.c.room_id,
    event.c.pos == room_state.c.from_pos,
)
"""Joins an interval of state with its event."""


MEMBER = "m.room.member"


def statement(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The state at `at` that came after `after`, oldest first; `conditions` are on `room_state`.

    Building it takes longer than running it: where it is run for many rooms, it is built once.
    """
    return (
        sa.select(*stored_columns())
        .select_from(room_state.join(event, STATE_EVENT))
        .where(
            room_state.c.shard == sa.bindparam("shard"),
            room_state.c.room_id == sa.bindparam("room_id"),
            room_state.c.from_pos > sa.bindparam("after"),
            room_state.c.from_pos <= sa.bindparam("at"),
            room_state.c.to_pos > sa.bindparam("at"),
            *conditions,
        )
        .order_by(room_state.c.from_pos)
    )


_ONE = Prepared(
    statement(
        room_state.c.type == sa.bindparam("type"),
        room_state.c.state_key == sa.bindparam("state_key"),
    )
)
_MEMBERS = Prepared(statement(room_state.c.type == MEMBER).add_columns(room_state.c.membership))


def window(room_id: str, at: int, after: int = -1) -> dict[str, Any]:
    """The parameters of `statement`."""
    return {"shard": shard_of(room_id), "room_id": room_id, "after": after, "at": at}


def in_room(room_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return room_state.c.shard == shard_of(room_id), room_state.c.room_id == room_id


def state_at(
    tx: ReadTx, room_id: str, pos: int, *conditions: sa.ColumnElement[bool]
) -> list[StoredEvent]:
    """The state events as of `pos`, oldest first; `conditions` are on `room_state`."""
    return [stored_event(row) for row in tx.all(statement(*conditions), **window(room_id, pos))]


def state_event(
    tx: ReadTx, room_id: str, type: str, state_key: str, pos: int
) -> StoredEvent | None:
    row = tx.first(_ONE, **window(room_id, pos), type=type, state_key=state_key)
    return None if row is None else stored_event(row)


def members(tx: ReadTx, room_id: str, at_pos: int) -> list[tuple[str, StoredEvent]]:
    """(membership, event) of everyone who has ever been asked in or come, oldest first."""
    rows = tx.all(_MEMBERS, **window(room_id, at_pos))
    return [(row.membership, stored_event(row)) for row in rows]


def first_member_pos(tx: ReadTx, room_id: str) -> int:
    """When the room began to have members."""
    first = sa.select(sa.func.min(room_state.c.from_pos)).where(
        *in_room(room_id), room_state.c.type == MEMBER
    )
    return tx.scalar(first) or 0


def members_when_they_spoke(tx: ReadTx, events: Sequence[StoredEvent]) -> list[StoredEvent]:
    """The membership event of each sender as of their newest of `events`, which are of one room.

    Source: client-server API, "Lazy-loading room members"
    """
    spoke: dict[str, int] = {}
    for spoken in events:
        spoke[spoken.sender] = max(spoken.pos, spoke.get(spoken.sender, 0))
    if not spoke:
        return []
    rows = tx.all(
        sa.select(*stored_columns(), room_state.c.to_pos)
        .select_from(room_state.join(event, STATE_EVENT))
        .where(
            *in_room(events[0].room_id),
            room_state.c.type == MEMBER,
            room_state.c.state_key.in_(sorted(spoke)),
            room_state.c.from_pos <= max(spoke.values()),
            room_state.c.to_pos > min(spoke.values()),
        )
    )
    return [stored_event(row) for row in rows if row.pos <= spoke[row.state_key] < row.to_pos]


def content(found: StoredEvent) -> dict[str, Any]:
    decoded: dict[str, Any] = msgspec.json.decode(found.body)["content"]
    return decoded
