"""Following one room, from inside or, where it is world-readable, from outside.

Source: client-server API, "Room Previews"
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass

from teahouse.homeserver.rooms import stored
from teahouse.homeserver.rooms.published import EventAppended
from teahouse.homeserver.rooms.render import render
from teahouse.homeserver.rooms.standing import access_room
from teahouse.homeserver.rooms.viewpoint import Reader
from teahouse.homeserver.rooms.visibility_reads import visible
from teahouse.kit.database import ReadTx
from teahouse.kit.log import Committed, LogWriter

MAX_EVENTS = 100


@dataclass(frozen=True, slots=True)
class Peeked:
    """Ready events, and the position up to which there are no others."""

    events: list[bytes]
    upto: int


class Peeks:
    """Who waits for news of which room. Costs a commit nothing while nobody does."""

    def __init__(self, log: LogWriter) -> None:
        self._waiting: defaultdict[str, set[asyncio.Future[None]]] = defaultdict(set)
        log.wake(self._follow)

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
            if isinstance(item, EventAppended) and item.room_id in self._waiting:
                self._wake(item.room_id)

    def _wake(self, room_id: str) -> None:
        for waiter in self._waiting[room_id]:
            if not waiter.done():
                waiter.set_result(None)


def peek(tx: ReadTx, reader: Reader, now_ms: int, room_id: str, after: int, upto: int) -> Peeked:
    """What the reader may see of the room in (after, upto], the oldest MAX_EVENTS.

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
    is_cut = len(page) == MAX_EVENTS
    return Peeked(render(tx, reader, shown, now_ms), page[-1].pos if is_cut else upto)
