"""Who waits is woken soon and not more often than need be: in large rooms, by receipts."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any

import pytest

from teahouse.homeserver.sync import wake
from teahouse.homeserver.sync.room_view import RoomView
from teahouse.homeserver.sync.user_view import UserView
from teahouse.homeserver.sync.wake import Waker
from teahouse.kit.clock import ManualClock
from tests.people import Person
from tests.receipts.test_receipts import read
from tests.rooms.reading import together
from tests.server import Server


class Skipping(selectors.SelectSelector):
    """Where a loop would sleep, time goes on at once."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self._clock.advance(round(1000 * (timeout or 0)))
        return super().select(0)


class SkippingLoop(asyncio.SelectorEventLoop):
    def __init__(self, clock: ManualClock) -> None:
        super().__init__(Skipping(clock))
        self._own_clock = clock

    def time(self) -> float:
        return self._own_clock.monotonic_ms() / 1000


def run(clock: ManualClock, life: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=lambda: SkippingLoop(clock)) as runner:
        runner.run(life)


class Sleeper(UserView):
    """Somebody who waits all the time, and notes when they were woken."""

    __slots__ = ("answering_ms", "clock", "woken_ms")

    def __init__(self, name: str, clock: ManualClock, answering_ms: int) -> None:
        super().__init__(name, 0)
        self.clock = clock
        self.answering_ms = answering_ms
        self.woken_ms: list[int] = []
        self.waiters[asyncio.get_running_loop().create_future()] = "PHONE"

    def wake(self) -> None:
        self.woken_ms.append(self.clock.monotonic_ms())
        asyncio.get_running_loop().call_soon(self.clock.advance, self.answering_ms)


def room_of(clock: ManualClock, size: int, answering_ms: int = 0) -> tuple[RoomView, list[Sleeper]]:
    """`answering_ms`: what the answer to each who is woken takes."""
    room = RoomView("!tea:localhost", 0)
    sleepers = [Sleeper(f"@{n}:localhost", clock, answering_ms) for n in range(size)]
    room.online.update((one.user_id, one) for one in sleepers)
    return room, sleepers


async def sleep_ms(span_ms: int) -> None:
    await asyncio.sleep(span_ms / 1000)


def test_a_small_room_is_woken_by_each_message() -> None:
    clock = ManualClock(0)

    async def life() -> None:
        room, sleepers = room_of(clock, wake.COALESCED_ROOM - 1)
        waker = Waker(clock)
        for _ in range(3):
            waker.wake(room)
            await sleep_ms(5)
        assert {tuple(one.woken_ms) for one in sleepers} == {(0, 5, 10)}

    run(clock, life())


def test_what_comes_just_after_a_message_in_a_large_room_is_delivered_together() -> None:
    clock = ManualClock(0)

    async def life() -> None:
        room, sleepers = room_of(clock, wake.COALESCED_ROOM)
        waker = Waker(clock)
        clock.advance(1_000)
        for _ in range(5):
            waker.wake(room)
            await sleep_ms(4)
        assert waker.is_held(room)
        await sleep_ms(200)
        assert not waker.is_held(room)
        waker.wake(room)
        # At once; what came in the next 25 ms at their end; and at once again when it was quiet.
        assert {tuple(one.woken_ms) for one in sleepers} == {(1_000, 1_025, 1_220)}

    run(clock, life())


def woken_by_two_messages(answering_ms: int) -> list[int]:
    """When the first to wait is woken; both messages come at 0."""
    clock = ManualClock(0)
    woken_ms: list[int] = []

    async def life() -> None:
        room, sleepers = room_of(clock, wake.COALESCED_ROOM, answering_ms)
        waker = Waker(clock)
        waker.wake(room)
        waker.wake(room)
        await sleep_ms(100_000)
        woken_ms.extend(sleepers[0].woken_ms)

    run(clock, life())
    return woken_ms


def test_where_delivering_takes_long_what_follows_is_held_for_twice_as_long() -> None:
    assert woken_by_two_messages(answering_ms=2) == [0, wake.REST * wake.COALESCED_ROOM * 2]


def test_who_were_answered_after_more_than_the_longest_hold_are_woken_at_once() -> None:
    assert woken_by_two_messages(answering_ms=500) == [0, wake.COALESCED_ROOM * 500]


def test_receipts_and_typing_wake_a_room_four_times_a_second() -> None:
    clock = ManualClock(0)

    async def life() -> None:
        room, (sleeper,) = room_of(clock, 1)
        waker = Waker(clock)
        clock.advance(1_000)
        for _ in range(60):
            waker.wake_for_ephemeral(room)
            await sleep_ms(10)
        await sleep_ms(1_000)
        assert sleeper.woken_ms == [1_000, 1_250, 1_500, 1_750]

    run(clock, life())


def test_a_very_large_room_is_woken_by_slices() -> None:
    clock = ManualClock(0)

    async def life() -> None:
        room, sleepers = room_of(clock, wake.STAGGERED_ROOM)
        Waker(clock).wake(room)
        woken = []
        for _ in range(6):
            woken.append(sum(len(one.woken_ms) for one in sleepers))
            await asyncio.sleep(0)
        assert woken == [200, 400, 600, 800, 1_000, 1_000]
        assert {len(one.woken_ms) for one in sleepers} == {1}

    run(clock, life())


async def waiter_of(
    server: Server, person: Person, device_id: str | None = None
) -> asyncio.Future[None]:
    """Is done once somebody who waits for the person's news, on that device, would be woken."""
    view = await server.teahouse.views.user(person.user_id)
    waiter = asyncio.get_running_loop().create_future()
    view.waiters[waiter] = device_id or person.device_id
    return waiter


async def test_a_private_receipt_wakes_its_owners_devices_and_nobody_else(
    server: Server, alice: Person, bob: Person
) -> None:
    room_id = await together(alice, bob)
    said = await bob.say(room_id, "tea")
    alices, bobs = await waiter_of(server, alice), await waiter_of(server, bob)
    (await read(alice, room_id, said, "m.read.private")).ok()
    await asyncio.wait_for(alices, 5)
    # A round trip is time enough for whoever else is woken.
    (await bob.get("/joined_rooms")).ok()
    assert not bobs.done()
    (await read(alice, room_id, said, "m.read")).ok()
    await asyncio.wait_for(bobs, 5)


async def test_a_device_is_told_of_what_it_said_itself_together_with_what_comes_next(
    server: Server, alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wake, "ECHO_MS", 60_000)
    room_id = await together(alice, bob)
    own, other = await waiter_of(server, alice), await waiter_of(server, alice, "TABLET")
    bobs = await waiter_of(server, bob)
    await alice.say(room_id, "tea?")
    await asyncio.wait_for(other, 5)
    await asyncio.wait_for(bobs, 5)
    assert not own.done()
    await bob.say(room_id, "tea!")
    await asyncio.wait_for(own, 5)


async def test_a_device_that_hears_nothing_else_is_soon_told_of_what_it_said(
    server: Server, alice: Person, bob: Person
) -> None:
    room_id = await together(alice, bob)
    own = await waiter_of(server, alice)
    await alice.say(room_id, "is anybody here?")
    await asyncio.wait_for(own, 5)
