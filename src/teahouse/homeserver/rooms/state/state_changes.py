"""State between two positions, and which rooms have news."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.rooms.state.state_reads import MEMBER, statement, window
from teahouse.homeserver.rooms.tables import event, room_state
from teahouse.homeserver.rooms.timeline.stored import IN_ONE_LIST, StoredEvent, stored_event
from teahouse.kit.database import ReadTx
from teahouse.kit.listed import as_parameter, listed
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of

_ALL = Prepared(statement())
_OTHERS = Prepared(statement(room_state.c.type != MEMBER))
_OF_TYPES = Prepared(statement(room_state.c.type.in_(sa.bindparam("types", expanding=True))))
_MEMBERS = Prepared(statement(room_state.c.type == MEMBER))
_NAMED = Prepared(
    statement(
        room_state.c.type == MEMBER,
        room_state.c.state_key.in_(sa.bindparam("members", expanding=True)),
    )
)
_CHANGES = Prepared(
    sa.select(room_state.c.state_key, room_state.c.membership)
    .where(
        room_state.c.shard == sa.bindparam("shard"),
        room_state.c.room_id == sa.bindparam("room_id"),
        room_state.c.type == MEMBER,
        room_state.c.from_pos > sa.bindparam("after"),
        room_state.c.from_pos <= sa.bindparam("upto"),
    )
    .order_by(room_state.c.from_pos)
)


def changed_state(
    tx: ReadTx, room_id: str, after: int, at: int, *, members: Collection[str] | None = None
) -> list[StoredEvent]:
    """The state at `at` that came after `after`, in order.

    `members` None: of everyone; otherwise memberships of these people only.
    """
    if members is None:
        return _run(tx, _ALL, window(room_id, at, after))
    events = _run(tx, _OTHERS, window(room_id, at, after))
    events += member_events(tx, room_id, at, members, after=after)
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
    news = window(room_id, at, after)
    events: list[StoredEvent] = []
    if types is None:
        events += _run(tx, _OTHERS, news)
    else:
        for chunk in chunks(types):
            events += _run(tx, _OF_TYPES, news, types=chunk)
    if members is None:
        events += _run(tx, _MEMBERS, news)
    else:
        events += member_events(tx, room_id, at, members, after=after)
    return sorted(events, key=lambda found: found.pos)


def member_events(
    tx: ReadTx, room_id: str, at: int, members: Collection[str], *, after: int = -1
) -> list[StoredEvent]:
    """The membership events of these people as of `at` that came after `after`."""
    news = window(room_id, at, after)
    return [e for chunk in chunks(members) for e in _run(tx, _NAMED, news, members=chunk)]


def _run(
    tx: ReadTx, built: Prepared, values: dict[str, Any], **more: list[str]
) -> list[StoredEvent]:
    return [stored_event(row) for row in tx.all(built, **values, **more)]


def rooms_with_events(tx: ReadTx, room_ids: Collection[str], after: int, upto: int) -> set[str]:
    """Those of the rooms that have an event in (after, upto]."""
    rooms = as_parameter((shard_of(room_id), room_id) for room_id in room_ids)
    return set(tx.scalars(_with_events(tx.dialect_name), rooms=rooms, after=after, upto=upto))


@cache
def _with_events(dialect: str) -> Prepared:
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
    return Prepared(sa.select(rooms.c.room_id).where(news))


def membership_changes(tx: ReadTx, room_id: str, after: int, upto: int) -> list[tuple[str, str]]:
    """(user_id, membership) of the membership events in (after, upto], oldest first."""
    rows = tx.all(_CHANGES, shard=shard_of(room_id), room_id=room_id, after=after, upto=upto)
    return [(row.state_key, row.membership) for row in rows]


def chunks(values: Iterable[str]) -> Iterator[list[str]]:
    everything = list(values)
    for start in range(0, len(everything), IN_ONE_LIST):
        yield everything[start : start + IN_ONE_LIST]
