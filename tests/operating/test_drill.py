"""A backup under load, and life after its restore.

People talk, sync, and hand out keys while the backup is made; the old server goes on for a while
and is then lost. Their devices go on at the restored one with the tokens that they have.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.admin.command import CommandLine
from tests.keys.crypto import SigningKey, claim, one_time_keys, publish
from tests.people import Person, client_of, segment, sign_up
from tests.process import ServerProcess
from tests.sliding.following import Following, everything

NAMES = ("alice", "bob", "carol")
KEYS = 100
MESSAGES_BETWEEN = 20
"""Acknowledged by each device before, during and after the backup, at least."""

BODY = re.compile(r"[0-9]+")


@dataclass
class Life:
    """A device: what it sent and heard, and the keys that it was handed."""

    person: Person
    room_id: str
    key: SigningKey
    sent: int = 0
    acknowledged: int = 0
    tokens: set[int] = field(default_factory=set)
    handed: list[str] = field(default_factory=list)
    is_over: bool = False

    async def talk(self) -> None:
        while not self.is_over:
            self.sent += 1
            await self.person.say(self.room_id, str(self.sent))
            self.acknowledged = self.sent

    async def listen(self) -> None:
        while not self.is_over:
            await self.hear(timeout=500)

    async def hear(self, timeout: int = 0) -> dict[str, Any]:
        answer = await self.person.sync(timeout=timeout)
        self.tokens.add(int(answer["next_batch"][1:].partition("_")[0]))
        body: dict[str, Any] = answer.body
        return body

    async def ask_for_keys(self, others: list[Life]) -> None:
        while not self.is_over:
            for other in others:
                await self.take_key(other)
            await asyncio.sleep(0.02)

    async def take_key(self, other: Life) -> str | None:
        found = await claim(self.person, other.person)
        if found is None:
            return None
        (name,) = found
        self.handed.append(f"{other.person.user_id} {name}")
        return str(name)

    async def stock(self, prefix: str) -> None:
        keys = one_time_keys(self.key, *(f"{prefix}{n}" for n in range(KEYS)))
        (await self.person.post("/keys/upload", {"one_time_keys": keys})).ok()

    async def give_fallback(self) -> None:
        keys = one_time_keys(self.key, "fallback", fallback=True)
        (await self.person.post("/keys/upload", {"fallback_keys": keys})).ok()


async def begin(http: httpx.AsyncClient) -> list[Life]:
    people = [await sign_up(http, name) for name in NAMES]
    room_id = await people[0].create_room(preset="public_chat")
    lives = []
    for person in people:
        await person.join(room_id)
        lives.append(Life(person, room_id, await publish(person)))
        await lives[-1].stock("old")
        await lives[-1].give_fallback()
        await lives[-1].hear()
    return lives


async def until_all_said_more(lives: list[Life]) -> list[int]:
    """How much of each was acknowledged at the end of it."""
    goals = [life.acknowledged + MESSAGES_BETWEEN for life in lives]
    while any(life.acknowledged < goal for life, goal in zip(lives, goals, strict=True)):
        await asyncio.sleep(0.01)
    return [life.acknowledged for life in lives]


async def live_through_a_backup(
    lives: list[Life], operator: CommandLine, folder: Path
) -> list[int]:
    """What was acknowledged of each when the backup began."""
    everybody = [life.talk() for life in lives] + [life.listen() for life in lives]
    load = asyncio.gather(*everybody, lives[0].ask_for_keys(lives[1:]))
    before = await until_all_said_more(lives)
    made = await asyncio.to_thread(operator.admin, "backup", str(folder))
    assert made.code == 0, made.err
    await until_all_said_more(lives)
    for life in lives:
        life.is_over = True
    await load
    return before


async def test_devices_go_on_after_a_restore(
    operator: CommandLine, elsewhere: CommandLine, tmp_path: Path
) -> None:
    server = ServerProcess(operator.data, *operator.flags).wait_until_ready()
    async with client_of(server.url) as http:
        lives = await begin(http)
        sliding = Following(lives[0].person, everything())
        await sliding.next()
        before = await live_through_a_backup(lives, operator, tmp_path / "backup")
    server.kill()
    restored = elsewhere.admin("restore", str(tmp_path / "backup"))
    assert restored.code == 0, restored.err
    elsewhere.admin("check").ok()
    server = ServerProcess(elsewhere.data, *elsewhere.flags).wait_until_ready()
    try:
        async with client_of(server.url) as http:
            for life in lives:
                life.person.http = http
            (await sliding.ask()).refused(400, "M_UNKNOWN_POS")
            await nothing_is_lost_that_was_there_before(lives, before)
            await devices_get_everything_anew(lives)
            await no_key_is_handed_out_twice(lives)
            await people_talk_again(lives)
    finally:
        assert server.stop() == 0
    elsewhere.admin("check").ok()


async def nothing_is_lost_that_was_there_before(lives: list[Life], before: list[int]) -> None:
    """Of each person's messages there is a beginning, with all that was acknowledged by then."""
    said: dict[str, list[int]] = {life.person.user_id: [] for life in lives}
    place: str | None = None
    while True:
        path = f"/rooms/{segment(lives[0].room_id)}/messages"
        query = {"dir": "f", "limit": 100, "from": place}
        page = (await lives[0].person.get(path, **query)).ok()
        for event in page["chunk"]:
            if BODY.fullmatch(event["content"].get("body", "")):
                said[event["sender"]].append(int(event["content"]["body"]))
        place = page.body.get("end")
        if place is None:
            break
    for life, acknowledged in zip(lives, before, strict=True):
        numbers = said[life.person.user_id]
        assert numbers == list(range(1, len(numbers) + 1))
        assert acknowledged <= len(numbers) < life.sent


async def devices_get_everything_anew(lives: list[Life]) -> None:
    """By their old tokens. No position is one that the old server gave out."""
    highest = max(max(life.tokens) for life in lives)
    for life in lives:
        life.tokens.clear()
        answer = await life.hear()
        room = answer["rooms"]["join"][life.room_id]
        assert "m.room.create" in [event["type"] for event in room["state"]["events"]]
        assert min(life.tokens) > highest
        assert answer["device_one_time_keys_count"] == {"signed_curve25519": 0}
        assert answer["device_unused_fallback_key_types"] == []


async def no_key_is_handed_out_twice(lives: list[Life]) -> None:
    asker, *others = lives
    assert [await asker.take_key(other) for other in others] == [None, None]
    for life in lives:
        await life.stock("new")
    for other in others:
        for _ in range(KEYS):
            assert await asker.take_key(other) is not None
    once = [name for name in asker.handed if not name.endswith(":fallback")]
    assert len(once) == len(set(once))
    assert any(":old" in name for name in once)


async def people_talk_again(lives: list[Life]) -> None:
    """What is said now comes by an incremental sync."""
    speaker, *listeners = lives
    event_id = await speaker.person.say(speaker.room_id, "we are back")
    for life in listeners:
        answer = await life.hear(timeout=10_000)
        timeline = answer["rooms"]["join"][life.room_id]["timeline"]
        assert [event["event_id"] for event in timeline["events"]] == [event_id]
        assert timeline["limited"] is False
