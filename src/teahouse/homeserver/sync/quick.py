"""A sync answer from memory alone: the way for whoever is up to date but for the latest messages.

Bodies are joined from ready bytes. A timeline is joined once for all readers for whom it is the
same: everyone but the device that sent one of its events and is told the transaction id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

import orjson

from teahouse.homeserver.push.unread_cache import UnreadCache
from teahouse.homeserver.receipts.published import ReceiptMoved, TypingChanged
from teahouse.homeserver.receipts.rendering import receipt_event, typing_event
from teahouse.homeserver.rooms.members.membership_reads import NAMES
from teahouse.homeserver.rooms.published import EventAppended
from teahouse.homeserver.rooms.timeline.render import Reader, splice
from teahouse.homeserver.sync.asked import Asked
from teahouse.homeserver.sync.lazy_members import LazyMembers
from teahouse.homeserver.sync.room_view import RoomView
from teahouse.homeserver.sync.user_view import UserView
from teahouse.homeserver.sync.views import Views
from teahouse.kit.clock import Clock
from teahouse.protocol.filters import SyncFilter

NOBODY: frozenset[str] = frozenset()
NO_STATE = b',"state":{"events":[]}'


class Quick(Enum):
    NOTHING_NEW = auto()
    ASK_DATABASE = auto()


@dataclass(slots=True, frozen=True)
class Found:
    """The `rooms` section's `join` as JSON members, complete up to `head`."""

    joined: bytes
    head: int


class CountsMissing(Exception):
    """The unread counts of a room are not in memory: load them and read again."""

    def __init__(self, room_id: str) -> None:
        super().__init__(room_id)
        self.room_id = room_id


class QuickReader:
    def __init__(self, views: Views, unread: UnreadCache, lazy: LazyMembers, clock: Clock) -> None:
        self._views = views
        self._unread = unread
        self._lazy = lazy
        self._clock = clock

    def read(self, asked: Asked, view: UserView, head: int, *, held: bool) -> Found | Quick:
        """The news up to `head`, which is the log's head at this moment; or what to do instead.

        `held`: when all the news is of busy rooms whose next delivery is due in a moment, it is
        left for then.
        Errors: CountsMissing.
        """
        since = asked.after
        # Who ignores somebody, or may, is answered from the database, where that is known.
        if since < view.known_from or view.touched_since(since) or view.ignored != NOBODY:
            return Quick.ASK_DATABASE
        if self._views.device_lists_since(since) or not is_plain(asked.filter):
            return Quick.ASK_DATABASE
        news = [room for room in view.rooms.values() if room.last_pos > since]
        if held and all(self._views.is_held(room) for room in news):
            return Quick.NOTHING_NEW
        sections = []
        for room in news:
            section = self._section(asked, room, since, head)
            if section is None:
                return Quick.ASK_DATABASE
            if section:
                sections.append(section)
        return Found(b",".join(sections), head) if sections else Quick.NOTHING_NEW

    def _section(self, asked: Asked, room: RoomView, since: int, head: int) -> bytes | None:
        """The room as a JSON member; empty when none of its news is for this person."""
        if not room.knows(since) or room.notify_no is None:
            return None
        counts = self._counts(asked, room)
        events = room.events_since(since)
        if any(event.membership is not None or event.type in NAMES for event in events):
            return None  # the room's summary changes
        skipped = len(events) - asked.recent_limit
        if counts is None or skipped == len(events):
            return None
        if skipped > 0:
            if any(event.state_key is not None for event in events[:skipped]):
                return None
            events = events[skipped:]
        ephemeral = _ephemeral_events(room.ephemeral_since(since), asked.user_id)
        if not (events or ephemeral):
            return b""
        timeline = _no_timeline(asked, head)
        if events:
            found = self._timeline(asked, room, events, limited=skipped > 0)
            if found is None:
                return None
            timeline = found
        return (
            b'"%b":{%b,"ephemeral":{"events":[%b]},"account_data":{"events":[]},'
            b'"unread_notifications":%b}'
        ) % (orjson.dumps(room.room_id)[1:-1], timeline, b",".join(ephemeral), counts)

    def _counts(self, asked: Asked, room: RoomView) -> bytes | None:
        base = self._unread.get(asked.user_id, room.room_id)
        if base is None:
            raise CountsMissing(room.room_id)
        if room.notify_no is None:
            return None
        threaded = asked.filter.room.timeline.unread_thread_notifications
        if threaded and base.threads:
            return None
        return _counted(*base.at(room.notify_no).in_all())

    def _timeline(
        self,
        asked: Asked,
        room: RoomView,
        events: list[EventAppended],
        *,
        limited: bool,
    ) -> bytes | None:
        if asked.lazy and not self._knows_senders(asked, room, events):
            return None
        own = any(
            event.device_id in (asked.device_id, None)
            and event.sender == asked.user_id
            and event.txn_id is not None
            for event in events
        )
        key = (events[0].pos, events[-1].pos, limited)
        shared = None if own else room.shared.get(key)
        if shared is not None:
            return shared
        ids = {event.event_id for event in events}
        if any(event.parent_id in ids for event in events):
            return None
        reader, now_ms = Reader(asked.user_id, asked.device_id), self._clock.now_ms()
        rendered = b",".join([splice(event, reader, "join", now_ms) for event in events])
        timeline = b'"timeline":{"events":[%b],"limited":%b,"prev_batch":"s%d"}' % (
            rendered,
            b"true" if limited else b"false",
            events[0].pos - 1,
        )
        if asked.state_after:
            states = [splice(e, reader, "join", now_ms) for e in events if e.state_key is not None]
            return timeline + b',"state_after":{"events":[%b]}' % b",".join(states)
        timeline += NO_STATE
        if not own:
            room.share(key, timeline)
        return timeline

    def _knows_senders(self, asked: Asked, room: RoomView, events: list[EventAppended]) -> bool:
        """Whether no membership event goes along, because the client has them and asks for no
        second one."""
        if asked.filter.room.state.include_redundant_members:
            return False
        known = self._lazy.known(asked.user_id, asked.device_id, room.room_id, asked.after)
        return all(event.sender in known for event in events)


def _no_timeline(asked: Asked, head: int) -> bytes:
    timeline = b'"timeline":{"events":[],"limited":false,"prev_batch":"s%d"}' % head
    return timeline + (b',"state_after":{"events":[]}' if asked.state_after else NO_STATE)


def _ephemeral_events(items: Sequence[ReceiptMoved | TypingChanged], user_id: str) -> list[bytes]:
    receipts = receipt_event((i for i in items if isinstance(i, ReceiptMoved)), user_id)
    typing = [item for item in items if isinstance(item, TypingChanged)]
    events = [] if receipts is None else [receipts]
    return [*events, typing_event(typing[-1].user_ids)] if typing else events


def is_plain(wanted: SyncFilter) -> bool:
    """Whether the filter leaves nothing out, so that ready bytes can be joined."""
    rooms = wanted.room
    return (
        wanted.event_fields is None
        and wanted.event_format == "client"
        and rooms.rooms is None
        and not rooms.not_rooms
        and rooms.timeline.passes_all
        and rooms.state.passes_all
        and rooms.ephemeral.passes_all
    )


def _counted(notifications: int, highlights: int) -> bytes:
    return b'{"notification_count":%d,"highlight_count":%d}' % (notifications, highlights)
