"""Random lives of a room, and a second, naive reading of the rules of who may see what."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.people import Person
from tests.rooms.reading import event, history, messages, of, set_visibility, together

VISIBILITIES = ("world_readable", "shared", "invited", "joined")
STEPS = 30


@dataclass
class NaiveReader:
    """Walks through all events, one by one, keeping the state as it goes."""

    user_id: str
    events: list[Any]
    _memberships: list[str] = field(init=False)
    _visibilities: list[str] = field(init=False)

    def __post_init__(self) -> None:
        membership, visibility = "leave", "shared"
        self._memberships, self._visibilities = [membership], [visibility]
        for found in self.events:
            if found["type"] == "m.room.member" and found["state_key"] == self.user_id:
                membership = found["content"]["membership"]
            if found["type"] == "m.room.history_visibility":
                visibility = found["content"]["history_visibility"]
            self._memberships.append(membership)
            self._visibilities.append(visibility)

    def sees(self, index: int) -> bool:
        before, after = index, index + 1
        later = "join" in self._memberships[after + 1 :]
        return any(
            visibility == "world_readable"
            or membership == "join"
            or (visibility == "shared" and later)
            or (visibility == "invited" and membership == "invite")
            for visibility in {self._visibilities[before], self._visibilities[after]}
            for membership in {self._memberships[before], self._memberships[after]}
        )

    @property
    def end(self) -> int | None:
        """How many events there were when they last left; None for who may not read the room."""
        if self._memberships[-1] == "join":
            return len(self.events)
        joined = [at for at, what in enumerate(self._memberships) if what == "join"]
        if joined:
            return joined[-1] + 1
        return len(self.events) if self._visibilities[-1] == "world_readable" else None


async def live(room_id: str, owner: Person, others: list[Person], dice: random.Random) -> None:
    for step in range(STEPS):
        other = dice.choice(others)
        kick = {"user_id": other.user_id}
        match dice.randrange(7):
            case 0 | 1:
                await owner.say(room_id, str(step))
            case 2:
                await set_visibility(owner, room_id, dice.choice(VISIBILITIES))
            case 3:
                await owner.invite(room_id, other)
            case 4 | 5:
                await other.join(room_id)
            case 6:
                await (other.leave(room_id) if step % 2 else owner.post(of(room_id, "kick"), kick))


@pytest.mark.parametrize("seed", range(4))
async def test_everyone_sees_what_a_naive_reader_of_the_rules_would(
    alice: Person, bob: Person, carol: Person, seed: int
) -> None:
    room_id = await together(alice)
    await live(room_id, alice, [bob, carol], random.Random(seed))
    events = await history(alice, room_id)
    for person in (alice, bob, carol):
        naive = NaiveReader(person.user_id, events)
        seen = [found["event_id"] for at, found in enumerate(events) if naive.sees(at)]
        for found in events:
            answer = await event(person, room_id, found["event_id"])
            assert answer.status == (200 if found["event_id"] in seen else 404)
        if naive.end is None:
            (await messages(person, room_id)).refused(403, "M_FORBIDDEN")
            continue
        until = {found["event_id"] for found in events[: naive.end]}
        read = [found["event_id"] for found in await history(person, room_id)]
        assert read == [event_id for event_id in seen if event_id in until]
