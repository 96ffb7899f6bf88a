"""What one room's answer is made of, read from one snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from teahouse.homeserver.rooms.members import membership_reads
from teahouse.homeserver.rooms.state import state_changes, state_reads
from teahouse.homeserver.rooms.timeline import stored
from teahouse.homeserver.rooms.timeline.stored import StoredEvent
from teahouse.homeserver.rooms.visibility.visibility_reads import visible_with_state
from teahouse.homeserver.sliding import asked
from teahouse.homeserver.sliding.asked import MEMBER, RoomWish, Wishes
from teahouse.kit.database import ReadTx

MAX_ROUNDS = 10
"""Pages looked through for events that the reader may see and wants to hear."""


@dataclass(frozen=True, slots=True)
class Window:
    """`after` is what the client has of the room, 0 for nothing; `upto` where its view ends."""

    user_id: str
    room_id: str
    after: int
    upto: int
    wish: RoomWish
    had: Wishes
    """The state that was wished for so far."""
    expands: bool
    """The newest events are wanted again, with older ones."""
    known_members: frozenset[str]
    ignored: frozenset[str]

    @property
    def is_initial(self) -> bool:
        return self.after == 0


@dataclass(slots=True)
class Part:
    timeline: list[StoredEvent] = field(default_factory=list)
    is_limited: bool = False
    state: list[StoredEvent] = field(default_factory=list)
    members_changed: bool = False

    def lazy_members(self) -> frozenset[str]:
        """Whose membership events the client now has."""
        return frozenset(e.state_key or "" for e in self.state if e.type == MEMBER)


def read(tx: ReadTx, window: Window) -> Part:
    part = Part()
    part.timeline, part.is_limited = _timeline(tx, window)
    part.state = _state(tx, window, part)
    part.members_changed = window.is_initial or bool(
        state_changes.membership_changes(tx, window.room_id, window.after, window.upto)
    )
    return part


def _timeline(tx: ReadTx, window: Window) -> tuple[list[StoredEvent], bool]:
    """The newest events, oldest first; whether there are more between them and what is had."""
    limit = window.wish.timeline_limit
    after = -1 if window.expands or window.is_initial else window.after
    found: list[StoredEvent] = []
    upto = window.upto
    for _ in range(MAX_ROUNDS):
        page = stored.newest(tx, window.room_id, upto=upto, after=after, limit=limit + 1)
        shown = visible_with_state(tx, window.user_id, window.room_id, page, window.upto)
        heard = [e for e in shown if e.state_key is not None or e.sender not in window.ignored]
        found = heard + found
        if len(page) <= limit or len(found) > limit:
            return (found[-limit:] if limit else []), len(found) > limit
        upto = page[0].pos - 1
    # There may be more where nobody looked: a client that is told so asks for the history.
    return (found[-limit:] if limit else []), True


def _state(tx: ReadTx, window: Window, part: Part) -> list[StoredEvent]:
    wishes = window.wish.state
    news = _picked(tx, window, wishes, window.after)
    if not window.is_initial and wishes != window.had:
        news += _newly_wanted(tx, window, wishes)
    if asked.is_lazy(wishes):
        news += _lazy_members(tx, window, part)
    once = {event.event_id: event for event in news}
    return sorted(once.values(), key=lambda event: event.pos)


def _picked(tx: ReadTx, window: Window, wishes: Wishes, after: int) -> list[StoredEvent]:
    events = state_changes.picked_state(
        tx,
        window.room_id,
        after,
        window.upto,
        types=asked.types_of(wishes),
        members=asked.members_of(wishes),
    )
    return [e for e in events if asked.matches(wishes, e.type, e.state_key or "")]


def _newly_wanted(tx: ReadTx, window: Window, wishes: Wishes) -> list[StoredEvent]:
    return [
        event
        for event in _picked(tx, window, wishes, 0)
        if not asked.matches(window.had, event.type, event.state_key or "")
    ]


def _lazy_members(tx: ReadTx, window: Window, part: Part) -> list[StoredEvent]:
    """Those who speak in the timeline or are spoken of there; and, where no event was left out,
    everyone whose membership changed. Where some were, a client forgets what members it had."""
    seen = _in_timeline(part.timeline)
    if window.is_initial or part.is_limited:
        return state_changes.member_events(tx, window.room_id, window.upto, seen)
    news = state_changes.picked_state(
        tx, window.room_id, window.after, window.upto, types=(), members=None
    )
    unknown = seen - window.known_members - {event.state_key for event in news}
    return news + state_changes.member_events(tx, window.room_id, window.upto, unknown)


def _in_timeline(timeline: Sequence[StoredEvent]) -> set[str]:
    targets = {e.state_key for e in timeline if e.type == MEMBER and e.state_key is not None}
    return {e.sender for e in timeline} | targets


@dataclass(frozen=True, slots=True)
class Hero:
    user_id: str
    displayname: str | None
    avatar_url: str | None


def heroes(tx: ReadTx, room_id: str, user_ids: Sequence[str], upto: int) -> list[Hero]:
    """In the order given."""
    events = state_changes.member_events(tx, room_id, upto, user_ids)
    contents = {event.state_key: state_reads.content(event) for event in events}
    return [
        Hero(u, _text(contents.get(u, {}).get("displayname")), _text(contents[u].get("avatar_url")))
        for u in user_ids
        if u in contents
    ]


def name(found: StoredEvent | None) -> str | None:
    return None if found is None else _text(state_reads.content(found).get("name")) or None


def avatar(found: StoredEvent | None) -> str | None:
    return None if found is None else _text(state_reads.content(found).get("url")) or None


def was_joined_throughout(tx: ReadTx, user_id: str, room_id: str, after: int) -> bool:
    """For who is joined: whether they have been since `after`."""
    own = membership_reads.memberships(tx, user_id, room_id, after)
    return bool(own) and own[-1].membership == "join" and own[-1].from_pos <= after


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
