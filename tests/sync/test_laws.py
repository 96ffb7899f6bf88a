"""Random people do random things; whoever follows by sync knows what a newcomer would be told."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from teahouse import config
from tests.people import Person, client_of, segment, sign_up
from tests.server import running
from tests.sync_laws import Seen, differences

STEPS = 120
SEEDS = range(40 if "TEAHOUSE_SOAK" in os.environ else 3)
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

    async def sync(self, dice: random.Random) -> None:
        if self.person.since is not None and dice.random() < 0.3:
            # An answer that is lost on the way: the same question again.
            await self.person.get("/sync", since=self.person.since, timeout=0, **self.options)
        self.seen.apply((await self.person.sync(**self.options)).body)

    def told(self) -> list[int]:
        return [event["content"]["n"] for event in self.seen.to_device]


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

    async def populate(self, http: httpx.AsyncClient) -> None:
        for name in NAMES:
            person = await sign_up(http, name)
            self.people.append(person)
            self.newcomers[person.user_id] = await person.another_device()
            for options, lazy in WAYS:
                self.followers.append(Follower(await person.another_device(), options, lazy))

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
        room_id = self.dice.choice(self.rooms)
        await self.act(actor, other, room_id)
        for follower in self.followers:
            if self.dice.random() < 0.25:
                await follower.sync(self.dice)

    async def act(self, actor: Person, other: Person, room_id: str) -> None:
        dice, events = self.dice, self.events[room_id]
        room = f"/rooms/{segment(room_id)}"
        some_event = dice.choice(events) if events else "$none"
        match dice.randrange(17):
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

    async def check(self) -> None:
        """Every follower catches up and is compared with a newcomer."""
        for follower in self.followers:
            await follower.sync(self.dice)
            assert follower.told() == follower.sent, "each message to a device once, in order"
            newcomer = self.newcomers[follower.person.user_id]
            fresh = Seen()
            fresh.apply((await newcomer.get("/sync", timeout=0)).ok().body)
            assert differences(follower.seen, fresh, lazy=follower.lazy) == []


@pytest.mark.soak
@pytest.mark.parametrize("seed", SEEDS)
async def test_who_follows_knows_what_a_newcomer_is_told(
    settings: config.Config, seed: int
) -> None:
    world = World(seed)
    async with running(settings) as server, client_of(server.url) as http:
        await world.populate(http)
        for step in range(STEPS):
            await world.step()
            if step % 20 == 19:
                await world.check()
    # The readers' memory is gone; tokens from before still work.
    async with running(settings) as server, client_of(server.url) as http:
        world.connect(http)
        for _ in range(STEPS // 3):
            await world.step()
        await world.check()
