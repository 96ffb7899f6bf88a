"""What a connection's client has been sent: the state that each answer hands to the next request.

It says as little as it can, so that it seldom changes: a room that is in sight at every request is
had up to the request's own position, which needs no note.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntFlag

import msgspec

from teahouse.homeserver.sliding.asked import Wishes

MAX_WISHES = 32
"""Beyond it the ones that no room has any more are forgotten."""


class Has(IntFlag):
    """What a client has of a room."""

    STRIPPED = 1
    DIRECT = 2
    ACCOUNT_DATA = 4
    RECEIPTS = 8
    TYPING = 16


OF_EXTENSIONS = Has.ACCOUNT_DATA | Has.RECEIPTS | Has.TYPING


class SentRoom(msgspec.Struct, frozen=True, array_like=True):
    lag: int | None
    """The position up to which the client has the room; None: up to its token."""
    timeline_limit: int
    """The client has at least so many of the newest events, in one piece."""
    wishes: int
    """Index into `Sent.wishes`."""
    has: int


class Sent(msgspec.Struct, frozen=True, array_like=True):
    rooms: dict[str, SentRoom] = {}
    wishes: list[Wishes] = []
    extensions: list[str] = []
    """Those not of rooms that the client has from the beginning."""

    def encoded(self) -> bytes:
        return msgspec.json.encode(self)

    @classmethod
    def decoded(cls, stored: bytes) -> Sent:
        return msgspec.json.decode(stored, type=cls)


class Sending:
    """The next state, put together from the one before."""

    def __init__(self, base: Sent) -> None:
        self._rooms = dict(base.rooms)
        self._wishes = list(base.wishes)

    def put(
        self, room_id: str, lag: int | None, timeline_limit: int, wishes: Wishes, has: int
    ) -> None:
        if wishes not in self._wishes:
            self._wishes.append(wishes)
        index = self._wishes.index(wishes)
        self._rooms[room_id] = SentRoom(lag, timeline_limit, index, has)

    def fall_behind(self, room_id: str, pos: int) -> None:
        room = self._rooms[room_id]
        self._rooms[room_id] = msgspec.structs.replace(room, lag=pos)

    def mark(self, room_id: str, extensions: Has) -> None:
        """Which extensions the client has of the room."""
        room = self._rooms.get(room_id)
        if room is not None:
            has = (room.has & ~OF_EXTENSIONS) | extensions
            self._rooms[room_id] = msgspec.structs.replace(room, has=int(has))

    def drop(self, room_id: str) -> None:
        self._rooms.pop(room_id, None)

    def done(self, extensions: list[str]) -> Sent:
        if len(self._wishes) <= MAX_WISHES:
            return Sent(self._rooms, self._wishes, extensions)
        return Sent(*_compact(self._rooms, self._wishes), extensions)


def _compact(
    rooms: Mapping[str, SentRoom], wishes: list[Wishes]
) -> tuple[dict[str, SentRoom], list[Wishes]]:
    used = sorted({room.wishes for room in rooms.values()})
    place = {index: new for new, index in enumerate(used)}
    moved = {
        room_id: msgspec.structs.replace(room, wishes=place[room.wishes])
        for room_id, room in rooms.items()
    }
    return moved, [wishes[index] for index in used]
