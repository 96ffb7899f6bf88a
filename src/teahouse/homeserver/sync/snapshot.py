"""A sync answer read from one snapshot of the database, bounded by a position.

The way for whoever has nothing yet, comes from far back, or has news that the readers' memory does
not hold (quick.py is the other way). Both must say the same; the sync laws test it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from teahouse.homeserver.accountdata.service import AccountData
from teahouse.homeserver.devices import inbox
from teahouse.homeserver.push import unread
from teahouse.homeserver.push.ignoring import ignored_by
from teahouse.homeserver.receipts import service as receipts
from teahouse.homeserver.rooms.members import membership_reads
from teahouse.homeserver.rooms.state import state_changes, state_reads
from teahouse.homeserver.rooms.timeline.stored import StoredEvent
from teahouse.homeserver.sync.asked import Asked
from teahouse.homeserver.sync.device_lists import device_lists
from teahouse.homeserver.sync.lazy_members import LazyMembers
from teahouse.homeserver.sync.own_rooms import OwnRooms, own_rooms
from teahouse.homeserver.sync.room_section import (
    RoomPart,
    RoomWindow,
    raw,
    read_part,
    render_part,
    summary,
)
from teahouse.kit.database import ReadTx
from teahouse.kit.paging import SyncToken
from teahouse.protocol.filters import EventFilter

MAX_MET = 50
READ_AHEAD_ROOMS = 5
"""From so many rooms on their memberships are read at once."""


@dataclass(slots=True)
class Answer:
    """`sections` are the body's, without `next_batch` and key counts; empty when no news."""

    next_batch: SyncToken
    sections: dict[str, Any] = field(default_factory=dict)
    members_sent: dict[str, set[str]] = field(default_factory=dict)
    """Whose membership events this answer holds, by room, for lazy loading."""
    ignored: frozenset[str] = frozenset()
    """Whom the reader does not want to hear of."""
    rooms_read: int = 0
    """Also those of which nothing is told, for the filter hides all that came."""
    met: dict[str, int] = field(default_factory=dict)
    """Who has come into the reader's rooms, and who is in a room that the reader came into; and
    when they did, which is something that they have done."""


class SnapshotReader:
    """Reads one answer; lives as long as its transaction."""

    def __init__(
        self,
        tx: ReadTx,
        asked: Asked,
        upto: int,
        now_ms: int,
        lazy: LazyMembers,
        accountdata: AccountData,
    ) -> None:
        self._tx = tx
        self._accountdata = accountdata
        self._hides_invite = accountdata.invite_permissions.hides
        self._asked = asked
        self._upto = upto
        self._now_ms = now_ms
        self._lazy = lazy
        self._answer = Answer(SyncToken(upto))
        self._own = OwnRooms()
        self._stirred: set[str] = set()
        """Joined rooms with an event since the client's last sync, whatever its filter passes."""

    def read(self) -> Answer:
        asked = self._asked
        self._answer.ignored = ignored_by(self._tx, asked.user_id)
        self._own = own_rooms(
            self._tx,
            asked.user_id,
            asked.after,
            self._upto,
            include_left=asked.filter.room.include_leave,
        )
        if not asked.is_initial:
            self._stirred = state_changes.rooms_with_events(
                self._tx, self._own.joined, asked.after, self._upto
            )
        rooms = {
            "join": self._joined(),
            "invite": self._invited(),
            "knock": self._knocked(),
            "leave": self._left(),
        }
        self._answer.rooms_read += sum(len(rooms[kind]) for kind in ("invite", "knock", "leave"))
        self._add("rooms", {name: found for name, found in rooms.items() if found})
        self._add("account_data", self._account_data())
        self._add("to_device", self._to_device())
        if not asked.is_initial:
            self._add("device_lists", self._device_lists())
        return self._answer

    def _add(self, name: str, section: dict[str, Any]) -> None:
        if section:
            self._answer.sections[name] = section

    # rooms

    def _joined(self) -> dict[str, Any]:
        asked, wanted = self._asked, self._asked.filter.room
        windows = {
            room_id: RoomWindow(room_id, self._after(room_id), self._upto)
            for room_id in self._own.joined
            if wanted.passes_room(room_id)
        }
        ephemeral = self._ephemeral(windows)
        private = self._room_account_data(windows)
        read = self._read_on() & windows.keys()
        changed = self._to_tell(windows) | ephemeral.keys() | private.keys() | read
        self._answer.rooms_read += len(changed)
        if len(changed) > READ_AHEAD_ROOMS:
            membership_reads.read_ahead(self._tx, asked.user_id)
        counts = unread.counts(self._tx, asked.user_id, list(changed), self._upto)
        sections = {}
        for room_id in self._own.joined:
            if room_id not in changed:
                continue
            part = self._part(windows[room_id])
            section, is_empty = self._room(windows[room_id], part)
            if not asked.is_initial:
                self._answer.met |= _met_in(part, came=windows[room_id].after == 0)
            told = room_id in read or room_id in ephemeral or room_id in private
            if is_empty and not told and self._counted_before(room_id) == counts[room_id]:
                continue  # what happened there is filtered out
            section["ephemeral"] = {"events": raw(ephemeral.get(room_id, []))}
            section["account_data"] = {"events": raw(private.get(room_id, []))}
            section |= self._counts(counts[room_id])
            sections[room_id] = section
        return sections

    def _after(self, room_id: str) -> int:
        return 0 if room_id in self._own.newly_joined else self._asked.after

    def _to_tell(self, windows: dict[str, RoomWindow]) -> set[str]:
        """Rooms to speak of, besides those with receipts, read markers or account data."""
        if self._asked.is_initial or self._asked.full_state:
            return set(windows)
        return (self._stirred | self._own.newly_joined) & windows.keys()

    def _read_on(self) -> set[str]:
        asked = self._asked
        if asked.is_initial:
            return set()
        return unread.changed_rooms(self._tx, asked.user_id, asked.after, self._upto)

    def _counted_before(self, room_id: str) -> unread.Unread:
        asked = self._asked
        return unread.counts(self._tx, asked.user_id, [room_id], asked.after)[room_id]

    def _part(self, window: RoomWindow) -> RoomPart:
        asked = self._asked
        if asked.lazy:
            window.known_members = self._lazy.known(
                asked.user_id, asked.device_id, window.room_id, asked.after
            )
        return read_part(self._tx, asked, window, self._answer.ignored)

    def _room(self, window: RoomWindow, part: RoomPart) -> tuple[dict[str, Any], bool]:
        """The section, and whether an answer can do without it."""
        asked = self._asked
        if window.after == 0 and not asked.is_initial:
            # What a client may have of an earlier stay does not go on here.
            part.limited = True
        section = render_part(self._tx, asked, window, part, self._now_ms)
        told = summary(self._tx, asked, window, part)
        if told is not None:
            section["summary"] = told
        if asked.lazy:
            self._answer.members_sent[window.room_id] = _members_in(part)
        return section, part.is_empty and window.after > 0 and not asked.full_state

    def _counts(self, counted: unread.Unread) -> dict[str, Any]:
        if not self._asked.filter.room.timeline.unread_thread_notifications:
            notifications, highlights = counted.in_all()
            return {"unread_notifications": _counts(notifications, highlights)}
        main = _counts(counted.notification_count, counted.highlight_count)
        threads = {thread_id: _counts(*thread) for thread_id, thread in counted.threads.items()}
        more = {"unread_thread_notifications": threads} if threads else {}
        return {"unread_notifications": main, **more}

    def _ephemeral(self, windows: dict[str, RoomWindow]) -> dict[str, list[bytes]]:
        wanted = self._asked.filter.room.ephemeral
        if wanted.passes_none:
            return {}
        found: dict[str, list[bytes]] = {}
        fresh = [room_id for room_id, window in windows.items() if window.after == 0]
        known = [room_id for room_id, window in windows.items() if window.after]
        for room_ids, after in ((fresh, 0), (known, self._asked.after)):
            if room_ids:
                found |= receipts.ephemeral(
                    self._tx, self._asked.user_id, room_ids, after, self._upto
                )
        return _filtered(found, wanted)

    def _room_account_data(self, windows: dict[str, RoomWindow]) -> dict[str, list[bytes]]:
        """What is set for a room that one has just joined counts as new."""
        asked, wanted = self._asked, self._asked.filter.room.account_data
        if wanted.passes_none:
            return {}
        found = self._accountdata.room_changes(self._tx, asked.user_id, asked.after, self._upto)
        if asked.after and self._own.newly_joined:
            everything = self._accountdata.room_changes(self._tx, asked.user_id, 0, self._upto)
            for room_id in self._own.newly_joined & everything.keys():
                found[room_id] = everything[room_id]
        return _filtered({r: events for r, events in found.items() if r in windows}, wanted)

    def _invited(self) -> dict[str, Any]:
        return {
            room_id: {"invite_state": {"events": msgspec.Raw(span.stripped_state or b"[]")}}
            for room_id, span in self._own.invited.items()
            if self._asked.filter.room.passes_room(room_id)
            and span.sender not in self._answer.ignored
            and not self._hides_invite(self._tx, self._asked.user_id, span.sender)
        }

    def _knocked(self) -> dict[str, Any]:
        return {
            room_id: {"knock_state": {"events": msgspec.Raw(span.stripped_state or b"[]")}}
            for room_id, span in self._own.knocked.items()
            if self._asked.filter.room.passes_room(room_id)
        }

    def _left(self) -> dict[str, Any]:
        windows = [
            self._left_window(room_id, span.from_pos)
            for room_id, span in self._own.left.items()
            if self._asked.filter.room.passes_room(room_id)
        ]
        return {window.room_id: self._room(window, self._part(window))[0] for window in windows}

    def _left_window(self, room_id: str, left_pos: int) -> RoomWindow:
        """Up to the departure, which is the last thing that is seen of a room."""
        after = self._left_after(room_id)
        spans = membership_reads.memberships(self._tx, self._asked.user_id, room_id, after)
        ends = [m.to_pos for m in spans if m.membership == "join" and m.to_pos <= left_pos]
        if not ends:
            return RoomWindow(room_id, left_pos - 1, left_pos, of_outsider=True)
        return RoomWindow(room_id, after, ends[-1])

    def _left_after(self, room_id: str) -> int:
        return 0 if room_id in self._own.came_and_went else self._asked.after

    # the person's own

    def _account_data(self) -> dict[str, Any]:
        asked = self._asked
        found = self._accountdata.global_changes(self._tx, asked.user_id, asked.after, self._upto)
        events = [event for event in found if _passes(asked.filter.account_data, event)]
        return {"events": raw(events)} if events else {}

    def _to_device(self) -> dict[str, Any]:
        since = self._asked.since
        after = 0 if since is None else since.inbox_pos or since.pos
        page = inbox.page(self._tx, self._asked.user_id, self._asked.device_id, after, self._upto)
        if page.last_pos is not None:
            self._answer.next_batch = SyncToken(self._upto, page.last_pos)
        return {"events": raw(page.messages)} if page.messages else {}

    def _device_lists(self) -> dict[str, Any]:
        """Of all rooms: who filters what is said there still encrypts for who comes."""
        user_id, after = self._asked.user_id, self._asked.after
        return device_lists(self._tx, user_id, after, self._upto, self._own, self._stirred)


def _counts(notifications: int, highlights: int) -> dict[str, int]:
    return {"notification_count": notifications, "highlight_count": highlights}


def _members_in(part: RoomPart) -> set[str]:
    """Whose membership events the client has after this part."""
    return {
        event.state_key
        for event in (*part.state, *part.timeline)
        if event.type == "m.room.member" and event.state_key is not None
    }


def _met_in(part: RoomPart, *, came: bool) -> dict[str, int]:
    """Empty where they are many: of a large room nobody is told who is there."""
    events = [*part.state, *part.timeline] if came else part.timeline
    newest = {event.state_key: event for event in events if event.type == "m.room.member"}
    if len(newest) > MAX_MET:
        return {}
    joins = ((key, event) for key, event in newest.items() if key and _is_join(event))
    return {key: event.origin_server_ts for key, event in joins}


def _is_join(event: StoredEvent) -> bool:
    return state_reads.content(event).get("membership") == "join"


class _TypeAndSender(msgspec.Struct):
    type: str
    sender: str = ""


def _passes(wanted: EventFilter, event: bytes) -> bool:
    if wanted.passes_all:
        return True
    read = msgspec.json.decode(event, type=_TypeAndSender)
    return wanted.matches(read.type, read.sender)


def _filtered(found: dict[str, list[bytes]], wanted: EventFilter) -> dict[str, list[bytes]]:
    if wanted.passes_all:
        return found
    kept = {r: [event for event in events if _passes(wanted, event)] for r, events in found.items()}
    return {room_id: events for room_id, events in kept.items() if events}
