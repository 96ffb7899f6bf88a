"""Random lives of a room: who comes, goes, is thrown out, says something, and takes it back."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, field
from typing import Any

from tests.people import Answer, Person
from tests.rooms.reading import history, of
from tests.visibility.oracle import Oracle

VISIBILITIES = ("world_readable", "shared", "invited", "joined")
ROOM_VERSIONS = ("12", "12", "11", "10", "9")
WORD = "oolong"


@dataclass
class Walk:
    """The owner stays in the room all the time and so sees everything."""

    dice: random.Random
    owner: Person
    others: list[Person]
    room_id: str = ""
    space_id: str = ""
    forgotten: set[str] = field(default_factory=set)
    said: list[str] = field(default_factory=list)
    _texts: itertools.count[int] = field(default_factory=itertools.count)

    async def begin(self) -> Walk:
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

    async def oracle(self, ignored: dict[str, set[str]]) -> Oracle:
        """What there is now, as the owner is shown it."""
        events = await history(self.owner, self.room_id)
        return Oracle(self.room_id, events, self.forgotten, ignored)

    # steps

    async def come(self) -> None:
        other = self.dice.choice(self.others)
        if (await other.join(self.room_id)).status == 200:
            self.forgotten.discard(other.user_id)

    async def go(self) -> None:
        other = self.dice.choice(self.others)
        await other.leave(self.room_id)
        if not self.dice.randrange(4):
            answer = await other.post(of(self.room_id, "forget"))
            if answer.status == 200:
                self.forgotten.add(other.user_id)

    async def knock(self) -> None:
        await self.dice.choice(self.others).post(f"/knock/{self.room_id}")

    async def join_the_space(self) -> None:
        other = self.dice.choice(self.others)
        await (other.join if self.dice.randrange(3) else other.leave)(self.space_id)

    async def invite(self) -> None:
        await self._do("invite")

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
        if answer.status == 200:
            self.forgotten.discard(other.user_id)

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
        speaker = self.dice.choice((self.owner, *self.others))
        await self._said(speaker, {"msgtype": "m.text", "body": self._new_text()})

    async def answer(self) -> None:
        if not self.said:
            return
        speaker = self.dice.choice((self.owner, *self.others))
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

    def _new_text(self) -> str:
        """No two of these are the same, in any room."""
        return f"{WORD} {next(self._texts)} {self.room_id}"

    async def _said(self, speaker: Person, content: dict[str, Any]) -> None:
        answer: Answer = await speaker.send(self.room_id, content)
        if answer.status == 200:
            self.said.append(answer["event_id"])

    async def _do(self, what: str) -> None:
        other = self.dice.choice(self.others)
        await self.owner.post(of(self.room_id, what), {"user_id": other.user_id})


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
)
STEPS = [step for step, _ in WEIGHED]
