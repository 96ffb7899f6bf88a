"""Random lives of a room: who comes, goes, is thrown out, says something, and takes it back."""

from __future__ import annotations

import asyncio
import itertools
import random
from dataclasses import dataclass, field
from typing import Any

from tests.people import Answer, Person
from tests.rooms.reading import messages, of
from tests.visibility.company import Company
from tests.visibility.doings import Doings
from tests.visibility.oracle import Event, Oracle

VISIBILITIES = ("world_readable", "shared", "invited", "joined")
ROOM_VERSIONS = ("12", "12", "11", "10", "9")
WORD = "oolong"


@dataclass
class Walk:
    """The owner stays in the room all the time and so sees everything."""

    dice: random.Random
    owner: Person
    others: list[Person]
    doings: Doings = field(default_factory=Doings)
    room_id: str = ""
    space_id: str = ""
    forgotten: set[str] = field(default_factory=set)
    said: list[str] = field(default_factory=list)
    _texts: itertools.count[int] = field(default_factory=itertools.count)

    async def begin(self) -> Walk:
        self.doings.begin()
        self.space_id = await self.owner.create_room(
            preset="public_chat", creation_content={"type": "m.space"}
        )
        version = self.dice.choice(ROOM_VERSIONS)
        preset = self.dice.choice(("public_chat", "private_chat"))
        state = []
        if self.dice.randrange(2):
            visibility = {"history_visibility": self.dice.choice(VISIBILITIES)}
            state.append({"type": "m.room.history_visibility", "content": visibility})
        self.room_id = await self.owner.create_room(
            preset=preset, room_version=version, initial_state=state, name="Tea"
        )
        child = {"via": ["localhost"]}
        (await self.owner.set_state(self.space_id, "m.space.child", child, self.room_id)).ok()
        return self

    async def take_steps(self, count: int) -> None:
        for _ in range(count):
            step = self.dice.choices(STEPS, [weight for _, weight in WEIGHED])[0]
            await step(self)

    async def end(self) -> None:
        """Nobody is together with anybody, or anywhere at all, when the next life begins."""
        for person in (*self.others, self.owner):
            for room_id in (self.room_id, self.space_id):
                await person.leave(room_id)

    async def company(self, ignored: dict[str, set[str]]) -> Company:
        """What there is now, as the owner is shown it."""
        room = Oracle(self.room_id, await self._events(self.room_id), self.forgotten, ignored)
        space = Oracle(self.space_id, await self._events(self.space_id))
        everybody = [person.user_id for person in (self.owner, *self.others)]
        return Company([room, space], self.doings, everybody, ignored)

    async def _events(self, room_id: str) -> list[Event]:
        found: list[Event] = []
        token = None
        while True:
            answer = await messages(self.owner, room_id, "f", limit=100, **{"from": token})
            found += answer.ok()["chunk"]
            token = answer.body.get("end")
            if token is None:
                return found

    # steps

    async def come(self) -> None:
        other = self.dice.choice(self.others)
        self._remembers(other, await other.join(self.room_id))

    async def go(self) -> None:
        other = self.dice.choice(self.others)
        await other.leave(self.room_id)
        if not self.dice.randrange(4):
            answer = await other.post(of(self.room_id, "forget"))
            if answer.status == 200:
                self.forgotten.add(other.user_id)

    async def knock(self) -> None:
        other = self.dice.choice(self.others)
        self._remembers(other, await other.post(f"/knock/{self.room_id}"))

    async def join_the_space(self) -> None:
        other = self.dice.choice(self.others)
        await (other.join if self.dice.randrange(3) else other.leave)(self.space_id)

    async def invite(self) -> None:
        self._remembers(*await self._do("invite"))

    async def throw_out(self) -> None:
        await self._do("kick")

    async def ban(self) -> None:
        await self._do("ban")

    async def unban(self) -> None:
        await self._do("unban")

    async def change_profile(self) -> None:
        """A membership event that changes no membership, or is a way to come in."""
        other = self.dice.choice(self.others)
        name = f"name {self.dice.randrange(1000)}"
        content = {"membership": "join", "displayname": name}
        answer = await other.set_state(self.room_id, "m.room.member", content, other.user_id)
        self._remembers(other, answer)

    async def change_visibility(self) -> None:
        content = {"history_visibility": self.dice.choice((*VISIBILITIES, "nonsense"))}
        await self.owner.set_state(self.room_id, "m.room.history_visibility", content)

    async def change_join_rule(self) -> None:
        rule = self.dice.choice(("public", "invite", "knock", "restricted"))
        content: dict[str, Any] = {"join_rule": rule}
        if rule == "restricted":
            content["allow"] = [{"type": "m.room_membership", "room_id": self.space_id}]
        await self.owner.set_state(self.room_id, "m.room.join_rules", content)

    async def say(self) -> None:
        speaker = self._anybody()
        await self._said(speaker, {"msgtype": "m.text", "body": self._new_text()})

    async def answer(self) -> None:
        if not self.said:
            return
        speaker = self._anybody()
        kind = self.dice.choice(("m.thread", "m.reference"))
        root = self.dice.choice(self.said)
        content = {
            "msgtype": "m.text",
            "body": self._new_text(),
            "m.relates_to": {"rel_type": kind, "event_id": root},
        }
        await self._said(speaker, content)

    async def take_back(self) -> None:
        if self.said:
            event_id = self.said.pop(self.dice.randrange(len(self.said)))
            await self.owner.put(of(self.room_id, "redact", event_id, f"r{event_id[:20]}"))

    async def read(self) -> None:
        if self.said:
            await self.doings.read(self.dice, self._anybody(), self.room_id, self.said)

    async def type(self) -> None:
        types = bool(self.dice.randrange(3))
        await self.doings.type(self._anybody(), self.room_id, types=types)

    async def tell_how_they_are(self) -> None:
        await self.doings.tell(self._anybody(), self.dice.choice(("online", "unavailable")))

    async def rename(self) -> None:
        """The rooms are told in a moment: not while somebody is asking."""
        person = self._anybody()
        await self.doings.rename(person)
        joined = (await person.get("/joined_rooms")).ok()["joined_rooms"]
        async with asyncio.timeout(20):
            for room_id in (self.room_id, self.space_id):
                while room_id in joined and not await self._knows_name(room_id, person):
                    await asyncio.sleep(0.01)

    async def change_device(self) -> None:
        await self.doings.change_device(self._anybody())

    async def _knows_name(self, room_id: str, person: Person) -> bool:
        members = (await person.get(of(room_id, "joined_members"))).ok()["joined"]
        return bool(members[person.user_id]["display_name"] == self.doings.names[person.user_id])

    def _anybody(self) -> Person:
        return self.dice.choice((self.owner, *self.others))

    def _new_text(self) -> str:
        """No two of these are the same, in any room."""
        return f"{WORD} {next(self._texts)} {self.room_id}"

    async def _said(self, speaker: Person, content: dict[str, Any]) -> None:
        answer: Answer = await speaker.send(self.room_id, content)
        if answer.status == 200:
            self.said.append(answer["event_id"])

    async def _do(self, what: str) -> tuple[Person, Answer]:
        other = self.dice.choice(self.others)
        return other, await self.owner.post(of(self.room_id, what), {"user_id": other.user_id})

    def _remembers(self, other: Person, answer: Answer) -> None:
        """Who has to do with a room again has not forgotten it."""
        if answer.status == 200:
            self.forgotten.discard(other.user_id)


WEIGHED = (
    (Walk.come, 6),
    (Walk.go, 3),
    (Walk.knock, 1),
    (Walk.join_the_space, 2),
    (Walk.invite, 3),
    (Walk.throw_out, 1),
    (Walk.ban, 1),
    (Walk.unban, 2),
    (Walk.change_profile, 1),
    (Walk.change_visibility, 3),
    (Walk.change_join_rule, 2),
    (Walk.say, 8),
    (Walk.answer, 4),
    (Walk.take_back, 1),
    (Walk.read, 6),
    (Walk.type, 2),
    (Walk.tell_how_they_are, 2),
    (Walk.rename, 1),
    (Walk.change_device, 2),
)
STEPS = [step for step, _ in WEIGHED]
