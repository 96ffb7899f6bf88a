"""Following one room, from inside or, where it is world-readable, from outside.

Source: client-server API, "Room Previews"
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass

import msgspec

from teahouse.homeserver.presence.published import PresenceChanged
from teahouse.homeserver.receipts import service as receipts
from teahouse.homeserver.receipts.published import ReceiptMoved, TypingChanged
from teahouse.homeserver.rooms.published import EventAppended
from teahouse.homeserver.rooms.timeline import stored
from teahouse.homeserver.rooms.timeline.render import render_as_then
from teahouse.homeserver.rooms.visibility.standing import NOW, access_room
from teahouse.homeserver.rooms.visibility.viewpoint import Reader
from teahouse.homeserver.rooms.visibility.visibility_reads import visible
from teahouse.homeserver.sync.views import Views
from teahouse.kit.bus import Committed
from teahouse.kit.database import ReadTx
from teahouse.kit.log import LogWriter

MAX_EVENTS = 100


@dataclass(frozen=True, slots=True)
class Peeked:
    """Ready events, and the position up to which there are no others."""

    events: list[bytes]
    upto: int
    is_joined: bool = False
    """Presence is for who is in the room, not for who looks in."""


class Peeks:
    """Who waits for news of which room. Costs a commit nothing while nobody does."""

    def __init__(self, log: LogWriter, views: Views) -> None:
        self._views = views
        self._waiting: defaultdict[str, set[asyncio.Future[None]]] = defaultdict(set)
        log.bus.wake(self._follow)

    def waiter(self, room_id: str) -> asyncio.Future[None]:
        """Resolved when something happens in the room. To be given back by `forget`."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[room_id].add(waiter)
        return waiter

    def forget(self, room_id: str, waiter: asyncio.Future[None]) -> None:
        self._waiting[room_id].discard(waiter)
        if not self._waiting[room_id]:
            del self._waiting[room_id]

    def end(self) -> None:
        """The server stops: nobody waits any more."""
        for room_id in list(self._waiting):
            self._wake(room_id)

    def _follow(self, committed: Committed) -> None:
        if not self._waiting:
            return
        for item in committed.items:
            match item:
                case EventAppended() | TypingChanged():
                    self._wake(item.room_id)
                case ReceiptMoved(is_private=False):
                    self._wake(item.room_id)
                case PresenceChanged():
                    for room_id in self._views.rooms_of(item.user_id):
                        self._wake(room_id)

    def _wake(self, room_id: str) -> None:
        for waiter in self._waiting.get(room_id, ()):
            if not waiter.done():
                waiter.set_result(None)


def peek(tx: ReadTx, reader: Reader, now_ms: int, room_id: str, after: int, upto: int) -> Peeked:
    """What the reader may see of the room in (after, upto], the oldest MAX_EVENTS, and what changed
    of receipts and typing.

    Errors: M_FORBIDDEN.
    """
    standing = access_room(tx, reader.user_id, room_id)
    last = min(upto, standing.upto)
    page = stored.between(tx, room_id, after, last, MAX_EVENTS, forward=True)
    shown = [
        found
        for found in visible(tx, reader.user_id, room_id, page)
        if found.state_key is not None or found.sender not in reader.ignored
    ]
    if len(page) == MAX_EVENTS:
        upto = page[-1].pos
    events = render_as_then(tx, reader, shown, now_ms)
    if standing.upto < NOW:
        return Peeked(events, upto)
    changed = receipts.ephemeral(tx, reader.user_id, [room_id], after, upto).get(room_id, [])
    events += [_in_room(event, room_id) for event in changed]
    return Peeked(events, upto, standing.is_joined)


def _in_room(event: bytes, room_id: str) -> bytes:
    return b'{"room_id":%b,%b' % (msgspec.json.encode(room_id), event[1:])
