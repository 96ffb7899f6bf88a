"""Random people do random things; whoever follows by sliding sync, through whatever windows, knows
what one who has just begun is told."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from teahouse import config
from teahouse.kit.clock import ManualClock
from tests.people import Person, client_of, segment, sign_up
from tests.server import running
from tests.sliding.following import Following
from tests.sliding.laws import SlidingSeen, sliding_differences
from tests.sync.test_laws import NAMES, World

STEPS = 80
SEEDS = range(40 if "TEAHOUSE_SOAK" in os.environ else 2)

EXTENSIONS = {name: {"enabled": True} for name in ("account_data", "receipts", "typing")}
UNSTABLE_STATE = [["*", "*"]]
UNSTABLE_LAZY = [["*", "*"], ["m.room.member", "$LAZY"], ["m.room.member", "$ME"]]
STABLE_STATE: dict[str, Any] = {"include": [{}]}
STABLE_LAZY: dict[str, Any] = {"include": [{}], "lazy_members": True}


@dataclass
class Follower:
    """A device that looks now at some rooms, now at others."""

    following: Following
    state: Any
    lazy: bool
    moves: bool
    seen: SlidingSeen = field(default_factory=lambda: SlidingSeen(""))

    def whole(self, limit: int = 5) -> dict[str, Any]:
        return self._asks({"first": [0, 99]}, limit, self.state)

    def _asks(self, windows: dict[str, list[int]], limit: int, state: Any) -> dict[str, Any]:
        wanted = {"timeline_limit": limit, "required_state": state}
        stable = self.following.is_stable
        return {
            "lists": {
                name: wanted | ({"range": ends} if stable else {"ranges": [ends]})
                for name, ends in windows.items()
            },
            "extensions": EXTENSIONS,
        }

    async def sync(self, dice: random.Random, rooms: list[str]) -> None:
        if self.moves:
            first = dice.randrange(4)
            windows = {"first": [first, first + dice.randrange(3)]}
            self.following.asks = self._asks(windows, dice.choice([1, 3, 5]), self.state)
            if rooms and dice.random() < 0.3:
                wanted = {"timeline_limit": dice.choice([2, 8]), "required_state": self.state}
                self.following.asks["room_subscriptions"] = {dice.choice(rooms): wanted}
        else:
            self.following.asks = self.whole()
        await self._next(dice)

    async def _next(self, dice: random.Random) -> None:
        if self.following.pos is not None and dice.random() < 0.3:
            # An answer that is lost on the way: the same question again.
            (await self.following.ask()).ok()
        self.seen.apply((await self.following.next()).body)

    async def catch_up(self, dice: random.Random) -> None:
        self.following.asks = self.whole()
        await self._next(dice)

    async def begin(self) -> SlidingSeen:
        """What one is told who has just begun and wants all members."""
        person, is_stable = self.following.person, self.following.is_stable
        all_state = STABLE_STATE if is_stable else UNSTABLE_STATE
        whole = self._asks({"first": [0, 99]}, 5, all_state)
        newcomer = Following(person, whole | {"conn_id": "newcomer"}, is_stable)
        fresh = SlidingSeen(person.user_id)
        fresh.apply((await newcomer.next()).body)
        return fresh


WAYS: list[tuple[bool, Any, bool, bool]] = [
    (False, UNSTABLE_STATE, False, False),
    (True, STABLE_STATE, False, True),
    (False, UNSTABLE_LAZY, True, True),
    (True, STABLE_LAZY, True, False),
]


class SlidingWorld(World):
    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.sliding: list[Follower] = []

    async def populate(self, http: httpx.AsyncClient) -> None:
        for name in NAMES:
            person = await sign_up(http, name)
            self.people.append(person)
            for is_stable, state, lazy, moves in WAYS:
                device = await person.another_device()
                seen = SlidingSeen(person.user_id, lazy)
                follower = Follower(Following(device, {}, is_stable), state, lazy, moves, seen)
                self.sliding.append(follower)

    def connect(self, http: httpx.AsyncClient) -> None:
        super().connect(http)
        for follower in self.sliding:
            follower.following.person.http = http

    async def step(self) -> None:
        await super().step()
        if self.rooms and self.dice.random() < 0.05:
            await self._call_direct(self.dice.choice(self.people))
        for follower in self.sliding:
            if self.dice.random() < 0.2:
                await follower.sync(self.dice, self.rooms)

    def devices_of(self, person: Person) -> list[Person]:
        everyone = (each.following.person for each in self.sliding)
        return [device for device in everyone if device.user_id == person.user_id]

    async def _call_direct(self, person: Person) -> None:
        path = f"/user/{segment(person.user_id)}/account_data/m.direct"
        some = self.dice.sample(self.rooms, self.dice.randrange(len(self.rooms)))
        await person.put(path, {"@friend:example.org": some})

    async def check(self) -> None:
        for follower in self.sliding:
            await follower.catch_up(self.dice)
            assert sliding_differences(follower.seen, await follower.begin()) == []


@pytest.mark.soak
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", SEEDS)
async def test_who_follows_knows_what_one_who_begins_is_told(
    settings: config.Config, seed: int
) -> None:
    world = SlidingWorld(seed)
    # Time stands still: nobody's typing ends between two questions.
    clock = ManualClock()
    async with running(settings, clock) as server, client_of(server.url) as http:
        await world.populate(http)
        for step in range(STEPS):
            await world.step()
            if step % 20 == 19:
                await world.check()
    # The readers' memory is gone; connections from before still work.
    async with running(settings, clock) as server, client_of(server.url) as http:
        world.connect(http)
        for _ in range(STEPS // 3):
            await world.step()
        await world.check()
