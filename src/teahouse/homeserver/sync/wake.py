"""Waking the readers of a room, with the news of a busy moment delivered together.

In a large room the first message wakes everyone at once; what follows within the next
COALESCE_MS is delivered together at the end of it. That costs no latency to speak of and saves
most of the work: a delivery costs as much for three messages as for one. Where delivering takes
long, by the size of the room or by a slow machine, what follows is held for twice as long,
LONGEST_HOLD_MS at most: those who send get their turn, too.
A device for which there is only what it has said itself has no haste: it is woken with whatever
comes next, or after ECHO_MS. A talk of two costs two syncs for a message and its answer, not four.
Receipts and typing wake a room at most once in EPHEMERAL_MS.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from teahouse.homeserver.sync.room_view import RoomView
from teahouse.homeserver.sync.user_view import UserView, wake
from teahouse.kit.clock import Clock

COALESCED_ROOM = 20
COALESCE_MS = 25
REST = 3
"""Times what delivering took: so long from its beginning to the next."""
LONGEST_HOLD_MS = 250
TURNS_TO_ANSWER = 3
"""Of the event loop, until those who were woken have their answers."""
ECHO_MS = 50
EPHEMERAL_MS = 250
STAGGERED_ROOM = 1_000
STAGGER_SLICE = 200


@dataclass(slots=True, frozen=True)
class Speaker:
    user_id: str
    device_id: str


class Waker:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def is_held(self, room: RoomView) -> bool:
        return room.is_wake_scheduled

    def wake(self, room: RoomView, speaker: Speaker | None = None) -> None:
        """`speaker`: the device from which all of the news comes, if it is one."""
        if len(room.online) < COALESCED_ROOM:
            _wake_now(room, speaker)
        elif not room.is_wake_scheduled:
            now_ms = self._clock.monotonic_ms()
            if now_ms >= room.held_until_ms and not room.is_being_woken:
                self._deliver(room)
            else:
                room.is_wake_scheduled = True
                if not room.is_being_woken:
                    _later(room.held_until_ms - now_ms, self._deliver, room)

    def wake_for_ephemeral(self, room: RoomView) -> None:
        if not room.is_ephemeral_scheduled:
            room.is_ephemeral_scheduled = True
            delay_ms = room.ephemeral_held_until_ms - self._clock.monotonic_ms()
            _later(max(0, delay_ms), self._wake_ephemeral, room)

    def _deliver(self, room: RoomView) -> None:
        room.is_wake_scheduled = False
        room.is_being_woken = True
        began_ms = self._clock.monotonic_ms()
        _wake_now(room)
        self._when_answered(room, began_ms, TURNS_TO_ANSWER)

    def _when_answered(self, room: RoomView, began_ms: int, turns: int) -> None:
        if turns:
            asyncio.get_running_loop().call_soon(self._when_answered, room, began_ms, turns - 1)
            return
        now_ms = self._clock.monotonic_ms()
        held_ms = min(REST * (now_ms - began_ms), LONGEST_HOLD_MS)
        room.is_being_woken = False
        room.held_until_ms = began_ms + max(held_ms, COALESCE_MS)
        if room.is_wake_scheduled:
            _later(max(0, room.held_until_ms - now_ms), self._deliver, room)

    def _wake_ephemeral(self, room: RoomView) -> None:
        room.is_ephemeral_scheduled = False
        room.ephemeral_held_until_ms = self._clock.monotonic_ms() + EPHEMERAL_MS
        self.wake(room)


def _later(delay_ms: int, function: Callable[[RoomView], None], room: RoomView) -> None:
    asyncio.get_running_loop().call_later(delay_ms / 1000, function, room)


def _wake_now(room: RoomView, speaker: Speaker | None = None) -> None:
    if len(room.online) < STAGGERED_ROOM:
        for user in room.online.values():
            if not user.waiters:
                continue
            if speaker is None or user.user_id != speaker.user_id:
                user.wake()
            elif held := user.wake_others(speaker.device_id):
                asyncio.get_running_loop().call_later(ECHO_MS / 1000, wake, held)
        return
    _wake_slice([user for user in room.online.values() if user.waiters], 0)


def _wake_slice(users: list[UserView], start: int) -> None:
    """A slice at a time, so that other requests get their turn."""
    for user in users[start : start + STAGGER_SLICE]:
        user.wake()
    if start + STAGGER_SLICE < len(users):
        asyncio.get_running_loop().call_soon(_wake_slice, users, start + STAGGER_SLICE)
