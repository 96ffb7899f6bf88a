"""State between two positions, and which rooms have news."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.rooms.state_reads import STATE_EVENT, state_at
from teahouse.homeserver.rooms.stored import IN_ONE_LIST, StoredEvent, stored_columns, stored_event
from teahouse.homeserver.rooms.tables import event, room_state
from teahouse.kit.database import ReadTx
from teahouse.kit.listed import as_parameter, listed
from teahouse.kit.shards import shard_of

MEMBER = "m.room.member"

_CHANGED = (
    sa.select(*stored_columns())
    .select_from(room_state.join(event, STATE_EVENT))
    .where(
        room_state.c.shard == sa.bindparam("shard"),
        room_state.c.room_id == sa.bindparam("room_id"),
        room_state.c.from_pos > sa.bindparam("after"),
        room_state.c.from_pos <= sa.bindparam("at"),
        room_state.c.to_pos > sa.bindparam("at"),
    )
    .order_by(room_state.c.from_pos)
)
"""Built once: a sync of many rooms runs it for each of them."""


def changed_state(
    tx: ReadTx, room_id: str, after: int, at: int, *, members: Collection[str] | None = None
) -> list[StoredEvent]:
    """The state at `at` that came after `after`, in order.

    `members` None: of everyone; otherwise memberships of these people only.
    """
    if members is None:
        room = {"shard": shard_of(room_id), "room_id": room_id}
        return [stored_event(row) for row in tx.all(_CHANGED, **room, after=after, at=at)]
    newer = room_state.c.from_pos > after
    events = state_at(tx, room_id, at, newer, room_state.c.type != MEMBER)
    events += member_events(tx, room_id, at, members, newer)
    return sorted(events, key=lambda found: found.pos)


def picked_state(
    tx: ReadTx,
    room_id: str,
    after: int,
    at: int,
    *,
    types: Collection[str] | None,
    members: Collection[str] | None,
) -> list[StoredEvent]:
    """The state at `at` that came after `after`, of these types and members only; None: of all."""
    newer = room_state.c.from_pos > after
    events: list[StoredEvent] = []
    if types is None:
        events += state_at(tx, room_id, at, newer, room_state.c.type != MEMBER)
    else:
        for chunk in chunks(types):
            events += state_at(tx, room_id, at, newer, room_state.c.type.in_(chunk))
    if members is None:
        events += state_at(tx, room_id, at, newer, room_state.c.type == MEMBER)
    else:
        events += member_events(tx, room_id, at, members, newer)
    return sorted(events, key=lambda found: found.pos)


def member_events(
    tx: ReadTx,
    room_id: str,
    at: int,
    members: Collection[str],
    *conditions: sa.ColumnElement[bool],
) -> list[StoredEvent]:
    """The membership events of these people as of `at`."""
    events: list[StoredEvent] = []
    for chunk in chunks(members):
        named = room_state.c.state_key.in_(chunk)
        events += state_at(tx, room_id, at, room_state.c.type == MEMBER, named, *conditions)
    return events


def rooms_with_events(tx: ReadTx, room_ids: Collection[str], after: int, upto: int) -> set[str]:
    """Those of the rooms that have an event in (after, upto]."""
    rooms = as_parameter((shard_of(room_id), room_id) for room_id in room_ids)
    statement = _with_events(tx.dialect_name)
    return set(tx.scalars(statement, rooms=rooms, after=after, upto=upto))


@cache
def _with_events(dialect: str) -> sa.Select[Any]:
    rooms = listed(dialect, "rooms", shard=int, room_id=str)
    news = (
        sa.exists()
        .where(
            event.c.shard == rooms.c.shard,
            event.c.room_id == rooms.c.room_id,
            event.c.pos > sa.bindparam("after"),
            event.c.pos <= sa.bindparam("upto"),
        )
        .correlate(rooms)
    )
    return sa.select(rooms.c.room_id).where(news)


def membership_changes(tx: ReadTx, room_id: str, after: int, upto: int) -> list[tuple[str, str]]:
    """(user_id, membership) of the membership events in (after, upto], oldest first."""
    rows = tx.all(
        sa.select(room_state.c.state_key, room_state.c.membership)
        .where(
            room_state.c.shard == shard_of(room_id),
            room_state.c.room_id == room_id,
            room_state.c.type == MEMBER,
            room_state.c.from_pos > after,
            room_state.c.from_pos <= upto,
        )
        .order_by(room_state.c.from_pos)
    )
    return [(row.state_key, row.membership) for row in rows]


def chunks(values: Iterable[str]) -> Iterator[list[str]]:
    everything = list(values)
    for start in range(0, len(everything), IN_ONE_LIST):
        yield everything[start : start + IN_ONE_LIST]
