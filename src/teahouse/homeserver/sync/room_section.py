"""One room's part of a sync answer, read from the database."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import msgspec

from teahouse.homeserver.rooms.members import membership_reads
from teahouse.homeserver.rooms.state import state_changes
from teahouse.homeserver.rooms.timeline import stored
from teahouse.homeserver.rooms.timeline.federation_format import render_pdus
from teahouse.homeserver.rooms.timeline.history import passes
from teahouse.homeserver.rooms.timeline.render import Reader, render
from teahouse.homeserver.rooms.timeline.stored import StoredEvent
from teahouse.homeserver.rooms.visibility.visibility_reads import visible_with_state
from teahouse.homeserver.sync.asked import Asked
from teahouse.kit.database import ReadTx
from teahouse.kit.paging import SyncToken
from teahouse.protocol.property_paths import Path, select

MAX_FILTER_ROUNDS = 10
NAMING = ("m.room.member", *membership_reads.NAMES)
ALWAYS: list[Path] = [
    (name,) for name in ("event_id", "type", "sender", "state_key", "origin_server_ts")
]
"""What makes an event one is told whatever fields are wanted."""


@dataclass(slots=True)
class RoomWindow:
    """`after` is what the client has of this room, 0 for nothing; `upto` where its view ends."""

    room_id: str
    after: int
    upto: int
    known_members: Collection[str] = ()
    """Members whose events the client has, where it loads them lazily."""
    of_outsider: bool = False
    """They were not in the room: all they are told is that they are not invited any more."""


@dataclass(slots=True)
class RoomPart:
    timeline: list[StoredEvent]
    limited: bool
    state: list[StoredEvent]
    senders: set[str]
    names_changed: bool
    """Members, or what else decides how the room is called."""

    @property
    def is_empty(self) -> bool:
        return not (self.timeline or self.state or self.limited)


def read_part(tx: ReadTx, asked: Asked, window: RoomWindow, ignored: frozenset[str]) -> RoomPart:
    """`ignored`: whose messages are left out."""
    found, limited = _timeline(tx, asked, window, ignored)
    senders = {event.sender for event in found}
    state = _state(tx, asked, window, found, senders)
    changed = any(event.type in NAMING for event in (*found, *state))
    return RoomPart(found, limited, state, senders, changed)


def render_part(
    tx: ReadTx, asked: Asked, window: RoomWindow, part: RoomPart, now_ms: int
) -> dict[str, Any]:
    reader = Reader(asked.user_id, asked.device_id)
    shape = render if asked.filter.event_format == "client" else render_pdus
    rendered = shape(tx, reader, [*part.timeline, *part.state], now_ms)
    if asked.filter.field_paths is not None:
        rendered = [_selected(event, asked.filter.field_paths) for event in rendered]
    timeline, state = rendered[: len(part.timeline)], rendered[len(part.timeline) :]
    first = part.timeline[0].pos - 1 if part.timeline else window.upto
    return {
        "timeline": {
            "events": raw(timeline),
            "limited": part.limited,
            "prev_batch": str(SyncToken(first)),
        },
        "state_after" if asked.state_after else "state": {"events": raw(state)},
    }


def _selected(event: bytes, paths: list[Path]) -> bytes:
    selected = select(msgspec.json.decode(event), [*ALWAYS, *paths])
    return msgspec.json.encode({"content": {}, **selected})


def raw(events: list[bytes]) -> list[msgspec.Raw]:
    return [msgspec.Raw(event) for event in events]


def _timeline(
    tx: ReadTx, asked: Asked, window: RoomWindow, ignored: frozenset[str]
) -> tuple[list[StoredEvent], bool]:
    """The newest events that the filter lets through, oldest first; whether there are more."""
    wanted = asked.filter.room.timeline
    limit = asked.timeline_limit
    found: list[StoredEvent] = []
    upto = window.upto
    for _ in range(MAX_FILTER_ROUNDS):
        page = stored.newest(tx, window.room_id, upto=upto, after=window.after, limit=limit + 1)
        shown = visible_with_state(tx, asked.user_id, window.room_id, page, window.upto)
        heard = [e for e in shown if e.state_key is not None or e.sender not in ignored]
        found = [event for event in heard if passes(wanted, event)] + found
        if len(page) <= limit or len(found) > limit:
            return (found[-limit:] if limit else []), len(found) > limit
        upto = page[0].pos - 1
    # There may be more where nobody looked: a client that is told so asks for the history.
    return (found[-limit:] if limit else []), not wanted.passes_none


def _state(
    tx: ReadTx,
    asked: Asked,
    window: RoomWindow,
    timeline: list[StoredEvent],
    senders: set[str],
) -> list[StoredEvent]:
    """State at the start of the timeline, or with `state_after` at its end, that is new.

    Lazily loaded members: those who speak in the timeline, the reader, and, where events were
    skipped, those whose membership changed.
    """
    if window.of_outsider:
        return []
    after = 0 if asked.full_state else window.after
    if asked.state_after or not timeline:
        at = window.upto
    else:
        at = timeline[0].pos - 1
    members: set[str] | None = None
    if asked.lazy:
        members = {*senders, asked.user_id} if after == 0 else None
    state = state_changes.changed_state(tx, window.room_id, after, at, members=members)
    if asked.lazy and after:
        state += _unknown_members(tx, asked, window, at, senders, state)
    if not asked.state_after:
        in_timeline = {event.event_id for event in timeline}
        state = [event for event in state if event.event_id not in in_timeline]
    return [event for event in state if passes(asked.filter.room.state, event)]


def _unknown_members(
    tx: ReadTx,
    asked: Asked,
    window: RoomWindow,
    at: int,
    senders: set[str],
    state: list[StoredEvent],
) -> list[StoredEvent]:
    has = {event.state_key for event in state if event.type == "m.room.member"}
    if not asked.filter.room.state.include_redundant_members:
        has |= set(window.known_members)
    missing = senders - has
    return state_changes.member_events(tx, window.room_id, at, missing) if missing else []


def summary(tx: ReadTx, asked: Asked, window: RoomWindow, part: RoomPart) -> dict[str, Any] | None:
    """Sent when it may have changed."""
    if window.of_outsider:
        return None
    if not (part.names_changed or window.after == 0 or asked.full_state):
        return None
    return membership_reads.summary(tx, window.room_id, asked.user_id, window.upto)
