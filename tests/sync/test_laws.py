"""Random people do random things; whoever follows by sync knows what a newcomer would be told."""

from __future__ import annotations

import copy
import os
import random
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import httpx
import pytest

from teahouse import config
from teahouse.kit.clock import ManualClock
from tests.keys.crypto import claim, device_key_of, one_time_keys, publish
from tests.people import Person, client_of, segment, sign_up
from tests.server import running
from tests.sync_laws import Seen, differences

SOAKING = "TEAHOUSE_SOAK" in os.environ
STEPS = 120 if SOAKING else 40
SEEDS = range(40 if SOAKING else 2)
RESTARTS = 2
KEPT = 4
NAMES = ("alice", "bob", "carol", "dave")


@dataclass
class Follower:
    """A device that syncs now and then, in one of the ways that clients do."""

    person: Person
    options: dict[str, Any]
    lazy: bool
    seen: Seen = field(default_factory=Seen)
    sent: list[int] = field(default_factory=list)
    """The numbers of the messages that were sent to this device."""
    past: list[tuple[str, Seen]] = field(default_factory=list)
    """Tokens of some answers ago, and what was known then."""
    known_keys: dict[str, Any] = field(default_factory=dict)
    """What /keys/query gave of each user when sync last said that it had changed."""

    async def begin(self) -> None:
        self.seen.apply((await self.person.sync(**self.options)).body)
        self.known_keys = await keys_of(self.person, {self.person.user_id})

    async def sync(self, dice: random.Random) -> None:
        since, before = self.person.since, copy.deepcopy(self.seen)
        if since is not None and dice.random() < 0.3:
            self.past = [*self.past[-KEPT + 1 :], (since, before)]
        answer = (await self.person.sync(**self.options)).body
        self.seen.apply(answer)
        if dice.random() < 0.3:
            # It is lost on the way: the same question again has the same answer.
            self.person.since, self.seen, lost = since, copy.deepcopy(before), self.seen
            self.seen.apply((await self.person.sync(**self.options)).body)
            assert lost == self.seen
        self.known_keys |= await keys_of(self.person, self.seen.to_query)
        for user_id in self.seen.gone:
            self.known_keys.pop(user_id, None)

    async def check(self, newcomer: Person, dice: random.Random) -> None:
        """Catches up, and knows what the newcomer is told."""
        await self.sync(dice)
        assert self.told() == self.sent, "each message to a device once, in order"
        fresh = Seen()
        fresh.apply((await newcomer.get("/sync", timeout=0)).ok().body)
        assert differences(self.seen, fresh, lazy=self.lazy) == []
        await self.check_keys(fresh)
        if self.past and dice.random() < 0.5:
            await self.check_old_token(*dice.choice(self.past), fresh)

    async def check_old_token(self, token: str, then: Seen, fresh: Seen) -> None:
        """Who kept no more than an old answer comes to know the same, and is told less."""
        seen = copy.deepcopy(then)
        answer = (await self.person.get("/sync", since=token, timeout=0, **self.options)).ok()
        seen.apply(answer.body)
        assert differences(seen, fresh, lazy=self.lazy) == []
        assert seen.one_time_keys == self.seen.one_time_keys

    async def check_keys(self, fresh: Seen) -> None:
        uploaded = (await self.person.post("/keys/upload")).ok()["one_time_key_counts"]
        assert self.seen.one_time_keys == uploaded
        again = (await self.person.get("/sync", timeout=0)).ok()
        assert self.seen.fallback_keys == again["device_unused_fallback_key_types"]
        now = await keys_of(self.person, fresh.acquaintances())
        assert {user_id: self.known_keys.get(user_id) for user_id in now} == now

    def told(self) -> list[int]:
        return [event["content"]["n"] for event in self.seen.to_device]


async def keys_of(person: Person, users: set[str]) -> dict[str, Any]:
    """What a query gives of each of them."""
    if not users:
        return {}
    wanted: dict[str, list[str]] = {user_id: [] for user_id in users}
    answer = (await person.post("/keys/query", {"device_keys": wanted})).ok().body
    kinds = ("device_keys", "master_keys", "self_signing_keys", "user_signing_keys")
    return {user_id: [answer[kind].get(user_id) for kind in kinds] for user_id in users}


WAYS: list[tuple[dict[str, Any], bool]] = [
    ({}, False),
    ({"filter": '{"room":{"timeline":{"limit":3}}}'}, False),
    ({"use_state_after": "true", "filter": '{"room":{"timeline":{"limit":3}}}'}, False),
    ({"filter": '{"room":{"timeline":{"limit":5},"state":{"lazy_load_members":true}}}'}, True),
]


class World:
    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.people: list[Person] = []
        self.followers: list[Follower] = []
        self.newcomers: dict[str, Person] = {}
        self.rooms: list[str] = []
        self.events: dict[str, list[str]] = {}
        self.messages = 0
        self.keys = 0

    async def populate(self, http: httpx.AsyncClient) -> None:
        for name in NAMES:
            person = await sign_up(http, name)
            self.people.append(person)
            self.newcomers[person.user_id] = await person.another_device()
            for options, lazy in WAYS:
                follower = Follower(await person.another_device(), options, lazy)
                await follower.begin()
                self.followers.append(follower)

    def connect(self, http: httpx.AsyncClient) -> None:
        everyone = [*self.people, *self.newcomers.values(), *(f.person for f in self.followers)]
        for person in everyone:
            person.http = http

    async def step(self) -> None:
        """Something happens, or is refused: what is refused must not show either."""
        actor, other = self.dice.sample(self.people, 2)
        if not self.rooms or (len(self.rooms) < 4 and self.dice.random() < 0.2):
            preset = self.dice.choice(["public_chat", "private_chat"])
            room_id = await actor.create_room(preset=preset)
            self.rooms.append(room_id)
            self.events[room_id] = []
            return
        if self.dice.random() < 0.2:
            await self.change_keys(actor, other)
        else:
            await self.act(actor, other, self.dice.choice(self.rooms))

    async def act(self, actor: Person, other: Person, room_id: str) -> None:
        dice, events = self.dice, self.events[room_id]
        room = f"/rooms/{segment(room_id)}"
        some_event = dice.choice(events) if events else "$none"
        match dice.randrange(18):
            case 0 | 1 | 2 | 3:
                answer = await actor.send(room_id, {"msgtype": "m.text", "body": "hello"})
                if answer.status == 200:
                    events.append(answer["event_id"])
            case 4:
                await actor.invite(room_id, other)
            case 5 | 6:
                await actor.join(room_id)
            case 7:
                await actor.leave(room_id)
            case 8:
                verb = dice.choice(["kick", "ban", "unban"])
                await actor.post(f"{room}/{verb}", {"user_id": other.user_id})
            case 9:
                name = f"name {dice.randrange(100)}"
                await actor.set_state(room_id, "m.room.name", {"name": name})
            case 10:
                kind = dice.choice(["m.read", "m.read.private"])
                body = dice.choice([{}, {"thread_id": "main"}])
                await actor.post(f"{room}/receipt/{kind}/{segment(some_event)}", body)
            case 11:
                path = f"{room}/typing/{segment(actor.user_id)}"
                await actor.put(path, {"typing": dice.random() < 0.5, "timeout": 60_000})
            case 12:
                path = f"/user/{segment(actor.user_id)}"
                scope = dice.choice(["", room])
                await actor.put(f"{path}{scope}/account_data/x.test", {"n": dice.randrange(100)})
            case 13:
                answer = await actor.send(
                    room_id,
                    {
                        "msgtype": "m.text",
                        "body": "hey",
                        "m.mentions": {"user_ids": [other.user_id]},
                    },
                )
                if answer.status == 200:
                    events.append(answer["event_id"])
            case 14:
                await actor.put(f"{room}/redact/{segment(some_event)}/{dice.random()}", {})
            case 15:
                await self.send_to_devices(actor, other)
            case 16:
                thread = {"rel_type": "m.thread", "event_id": some_event}
                await actor.send(
                    room_id, {"msgtype": "m.text", "body": "re", "m.relates_to": thread}
                )
            case 17:
                await actor.leave(room_id)
                await actor.post(f"{room}/forget")

    async def change_keys(self, actor: Person, other: Person) -> None:
        device = self.dice.choice(self.devices_of(actor))
        match self.dice.randrange(6):
            case 0:
                await publish(device)
            case 1:
                await device.put(f"/devices/{device.device_id}", {"display_name": "cup"})
            case 2:
                self.keys += 1
                keys = one_time_keys(device_key_of(device), f"k{self.keys}")
                await device.post("/keys/upload", {"one_time_keys": keys})
            case 3:
                self.keys += 1
                key = one_time_keys(device_key_of(device), f"f{self.keys}", fallback=True)
                await device.post("/keys/upload", {"fallback_keys": key})
            case 4:
                await claim(self.dice.choice(self.devices_of(other)), device)
            case 5:
                visitor = await actor.another_device()
                await publish(visitor)
                if self.dice.random() < 0.5:
                    (await visitor.post("/logout")).ok()

    def devices_of(self, person: Person) -> list[Person]:
        return [each.person for each in self.followers if each.person.user_id == person.user_id]

    async def send_to_devices(self, actor: Person, other: Person) -> None:
        """To one device or all of them; a retry makes no second message."""
        self.messages += 1
        theirs = [each for each in self.followers if each.person.user_id == other.user_id]
        one = self.dice.choice([None, *theirs])
        device_id = "*" if one is None else one.person.device_id
        content = {other.user_id: {device_id: {"n": self.messages}}}
        for _ in range(self.dice.randint(1, 2)):
            path = f"/sendToDevice/x.test/{self.messages}"
            (await actor.put(path, {"messages": content})).ok()
        for follower in theirs if one is None else [one]:
            follower.sent.append(self.messages)

    async def check_one_of_each(self) -> None:
        """After each step, one device of each person; the others fall behind by some steps."""
        for person in self.people:
            theirs = [each for each in self.followers if each.person.user_id == person.user_id]
            follower = self.dice.choice(theirs)
            await follower.check(self.newcomers[person.user_id], self.dice)

    async def check_all(self) -> None:
        for follower in self.followers:
            await follower.check(self.newcomers[follower.person.user_id], self.dice)


@pytest.mark.soak
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", SEEDS)
async def test_who_follows_knows_what_a_newcomer_is_told(
    settings: config.Config, seed: int
) -> None:
    world = World(seed)
    # Time stands still: nobody's typing ends between two questions.
    clock = ManualClock()
    async with running(settings, clock) as server, client_of(server.url) as http:
        await world.populate(http)
    # The readers' memory is gone now and then; tokens from before still work.
    ends = sorted(world.dice.sample(range(1, STEPS), RESTARTS))
    for begin, end in pairwise([0, *ends, STEPS]):
        async with running(settings, clock) as server, client_of(server.url) as http:
            world.connect(http)
            for _ in range(begin, end):
                await world.step()
                await world.check_one_of_each()
    async with running(settings, clock) as server, client_of(server.url) as http:
        world.connect(http)
        for _ in range(STEPS // 3):
            await world.step()
        await world.check_all()
