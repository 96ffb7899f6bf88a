"""Random lives of a few people in two rooms: subtraction and a naive count agree at each step."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
import orjson
import pytest

from teahouse.app import Teahouse
from teahouse.config import Config
from teahouse.homeserver.push import unread
from teahouse.homeserver.push.unread_cache import UnreadCache
from teahouse.homeserver.rooms.published import EventAppended
from teahouse.homeserver.rooms.writing.append import NO_ORIGIN
from teahouse.homeserver.rooms.writing.creation import CreateRoom
from teahouse.kit.bus import Committed
from teahouse.kit.errors import Refused
from teahouse.kit.log import WriteTx
from tests.push.naive_unread import MAIN, NaiveUnread

ALICE, BOB, CAROL, DAVE = PEOPLE = [f"@{n}:localhost" for n in ("alice", "bob", "carol", "dave")]
SOAK = os.environ.get("TEAHOUSE_SOAK") == "1"

WORDS = ("hello", "tea", "Bob", "dave!", "it is teatime", "@room", "")

REDACTED = ("m.room.message", "m.room.encrypted", "x.odd", "m.room.tombstone", "m.room.topic")


class World:
    """The real thing and the naive one, side by side."""

    def __init__(self, settings: Config, seed: int) -> None:
        self.settings = settings
        self.random = random.Random(seed)
        self.naive = NaiveUnread()
        self.event_ids: dict[str, list[tuple[int, str, str]]] = {}
        """By room: (pos, event_id, thread)."""
        self.rooms: list[str] = []

    async def start(self) -> None:
        self.teahouse = Teahouse(self.settings)
        self.cache = UnreadCache(max_bases=5, max_drops=6)
        self.teahouse.log.bus.listen(self._follow)
        self.teahouse.log.bus.listen(self.cache.follow)
        await self.teahouse.start()

    async def restart(self) -> None:
        await self.teahouse.stop()
        await self.start()

    def _follow(self, committed: Committed) -> None:
        for item in committed.items:
            if isinstance(item, EventAppended):
                event = orjson.loads(item.body)
                self.naive.happened(event, item.pos)
                place = (item.pos, item.event_id, item.thread_id or MAIN)
                self.event_ids.setdefault(item.room_id, []).append(place)

    async def submit(self, change: Callable[[WriteTx], Any]) -> Any:
        return await self.teahouse.log.submit(change)

    async def try_to(self, change: Callable[[WriteTx], Any]) -> bool:
        try:
            await self.submit(change)
        except Refused:
            return False
        return True

    # what people do

    async def create(self, who: str, version: str) -> None:
        levels = {"notifications": {"room": 50}, "events": {}, "users_default": 0}
        if version != "12":
            levels["users"] = {who: 100}
        body = {
            "preset": "public_chat",
            "room_version": version,
            "power_level_content_override": levels,
        }
        wanted = msgspec.convert(body, CreateRoom)
        creation = self.teahouse.rooms.creation
        self.rooms.append(await self.submit(lambda tx: creation.create(tx, who, wanted)))

    async def send(self, who: str, room_id: str) -> None:
        type, content = self._content(room_id)
        sending = self.teahouse.rooms.sending
        await self.try_to(lambda tx: sending.message(tx, who, room_id, type, content, NO_ORIGIN))

    def _content(self, room_id: str) -> tuple[str, dict[str, Any]]:
        pick = self.random.choice
        content: dict[str, Any] = {"msgtype": "m.text", "body": pick(WORDS)}
        mentions: dict[str, Any] = {}
        if self.random.random() < 0.3:
            some = self.random.sample([*PEOPLE, "@stranger:localhost"], 2)
            mentions["user_ids"] = pick([some, "no list", [*some, 3, ""], []])
        if self.random.random() < 0.2:
            mentions["room"] = pick([True, True, "yes"])
        if mentions:
            content["m.mentions"] = mentions
        _, event_id, thread = pick(self.event_ids[room_id])
        match pick(["plain", "plain", "plain", "thread", "thread", "edit", "notice", "reaction"]):
            case "thread":
                content["m.relates_to"] = {"rel_type": "m.thread", "event_id": thread or event_id}
            case "edit":
                content["m.relates_to"] = {"rel_type": "m.replace", "event_id": event_id}
            case "notice":
                content["msgtype"] = "m.notice"
            case "reaction":
                key = str(self.random.random())
                relation = {"rel_type": "m.annotation", "event_id": event_id, "key": key}
                return "m.reaction", {"m.relates_to": relation}
        return pick(["m.room.message", "m.room.message", "m.room.encrypted", "x.odd"]), content

    async def redact(self, _who: str, room_id: str) -> None:
        """Mostly what came lately, the rest is read; some of it for the second time."""
        said = [e for e in self.naive.rooms[room_id].events if e.type in REDACTED]
        if not said:
            return
        event_id = self.random.choice(said[-12:]).event_id
        for who in PEOPLE:
            await self.try_to(partial(self._redact, who, room_id, event_id))

    def _redact(self, who: str, room_id: str, event_id: str, tx: WriteTx) -> None:
        self.teahouse.rooms.sending.redact(tx, who, room_id, event_id, {})

    async def set_state(self, who: str, room_id: str) -> None:
        sending = self.teahouse.rooms.sending
        something = str(self.random.random())
        states: list[tuple[str, dict[str, Any]]] = [
            ("m.room.topic", {"topic": something}),
            ("m.room.tombstone", {"body": something}),
            ("m.room.server_acl", {"allow": [something]}),
        ]
        type, content = self.random.choice(states)
        await self.try_to(lambda tx: sending.state(tx, who, room_id, type, "", content))

    async def come_or_go(self, who: str, room_id: str) -> None:
        memberships = self.teahouse.rooms.memberships
        in_it = who in self.naive.rooms[room_id].names
        if in_it and self.random.random() < 0.5:
            await self.try_to(lambda tx: memberships.leave(tx, who, room_id, None))
        else:
            await self.try_to(lambda tx: memberships.join(tx, who, room_id))

    async def rename(self, who: str, room_id: str) -> None:
        name = self.random.choice(["Bob", "dave", "Carol", "tea"])
        sending = self.teahouse.rooms.sending
        content = {"membership": "join", "displayname": name}
        if who in self.naive.rooms[room_id].names:
            await self.try_to(
                lambda tx: sending.state(tx, who, room_id, "m.room.member", who, content)
            )

    async def read(self, who: str, room_id: str) -> None:
        pos, event_id, thread = self.random.choice(self.event_ids[room_id])
        thread_id = self.random.choice(["", thread or "main", thread or event_id])
        type = self.random.choice(["m.read", "m.read.private", "m.fully_read"])
        thread_id = "" if type == "m.fully_read" else thread_id
        receipts = self.teahouse.receipts
        moved = await self.try_to(
            lambda tx: receipts.move(tx, who, room_id, {type: event_id}, thread_id)
        )
        if moved and type != "m.fully_read":
            self.naive.rooms[room_id].receipts[who].append((thread_id, pos))

    async def change_rules(self, who: str, room_id: str) -> None:
        other = self.random.choice(PEOPLE)
        highlight = ["notify", {"set_tweak": "highlight"}]
        changes: list[Callable[[Any], Any]] = [
            lambda r: r.put("room", room_id, {"actions": []}),
            lambda r: r.put("room", room_id, {"actions": highlight}),
            lambda r: r.delete("room", room_id),
            lambda r: r.put("sender", other, {"actions": self.random.choice([[], highlight])}),
            lambda r: r.delete("sender", other),
            lambda r: r.put("content", "tea", {"pattern": "tea", "actions": highlight}),
            lambda r: r.delete("content", "tea"),
            lambda r: r.put("override", "name", _when({"kind": "contains_display_name"})),
            lambda r: r.delete("override", "name"),
            lambda r: r.put("underride", "two", _when({"kind": "room_member_count", "is": "2"})),
            lambda r: r.put(
                "override",
                "quiet",
                {
                    "conditions": [{"kind": "event_match", "key": "room_id", "pattern": room_id}],
                    "actions": [],
                },
            ),
            lambda r: r.delete("override", "quiet"),
            lambda r: r.set_enabled("override", ".m.rule.master", self.random.random() < 0.5),
            lambda r: r.set_enabled("override", ".m.rule.master", False),
            lambda r: r.set_actions("underride", ".m.rule.message", []),
            lambda r: r.set_actions("underride", ".m.rule.message", ["notify"]),
            lambda r: r.set_actions("underride", ".m.rule.encrypted", highlight),
        ]
        change = self.random.choice(changes)
        try:
            await self.teahouse.push_rules.change(who, change)
        except Refused:
            return
        self.naive.rules[who] = await self.teahouse.push_rules.get(who)

    async def ignore(self, who: str, _room_id: str) -> None:
        ignored = set(self.random.sample(PEOPLE, self.random.choice([0, 0, 1, 2]))) - {who}
        content: dict[str, Any] = {"ignored_users": {user_id: {} for user_id in ignored}}
        await self.teahouse.accountdata.write(who, "", "m.ignored_user_list", content)
        self.naive.ignored[who] = ignored

    async def fail(self, who: str, room_id: str) -> None:
        """Something that is undone after it has changed what the writer holds."""

        def send_and_fail(tx: WriteTx) -> None:
            content = {"body": "tea", "m.mentions": {"user_ids": PEOPLE}}
            sending = self.teahouse.rooms.sending
            sending.message(tx, who, room_id, "m.room.message", content, NO_ORIGIN)
            raise Refused("M_UNKNOWN", "undone")

        await self.try_to(send_and_fail)

    async def talk(self, _who: str, room_id: str) -> None:
        """Several at once, in one commit perhaps."""
        speakers = self.random.choices(PEOPLE, k=5)
        await asyncio.gather(
            *[self.send(who, room_id) for who in speakers], self.fail(speakers[0], room_id)
        )

    async def step(self) -> None:
        who, room_id = self.random.choice(PEOPLE), self.random.choice(self.rooms)
        what = self.random.choices(
            [
                self.send,
                self.read,
                self.come_or_go,
                self.change_rules,
                self.ignore,
                self.set_state,
                self.rename,
                self.talk,
                self.redact,
            ],
            weights=[12, 5, 2, 2, 1, 1, 1, 2, 3],
        )[0]
        await what(who, room_id)

    # what must hold

    async def check(self) -> None:
        head = self.teahouse.log.head
        for who in PEOPLE:
            found = await self.teahouse.database.read(unread.counts, who, self.rooms, head)
            for room_id in self.rooms:
                expected = self.naive.counts(who, room_id)
                assert _as_counts(found[room_id]) == expected, (who, room_id)
                assert await self._from_memory(who, room_id, head) == expected, (who, room_id)

    async def _from_memory(self, who: str, room_id: str, head: int) -> dict[str, tuple[int, int]]:
        based = self.cache.get(who, room_id)
        if based is None:
            bases = await self.teahouse.database.read(unread.bases, who, [room_id], head)
            based = bases.get(room_id)
            if based is None:
                return {}
            if self.random.random() < 0.7:
                self.cache.put(who, room_id, based, head)
        room = self.teahouse.rooms.memory._rooms.get(room_id)
        return _as_counts(based.at(room.notify_no)) if room else self.naive.counts(who, room_id)


def _when(condition: dict[str, str]) -> dict[str, Any]:
    return {"conditions": [condition], "actions": ["notify", {"set_tweak": "highlight"}]}


def _as_counts(found: unread.Unread) -> dict[str, tuple[int, int]]:
    main = (found.notification_count, found.highlight_count)
    by_thread = {MAIN: main, **found.threads}
    totals = tuple(map(sum, zip(*by_thread.values(), strict=True)))
    assert found.in_all() == totals
    return {thread: count for thread, count in by_thread.items() if any(count)}


@pytest.mark.timeout(3600 if SOAK else 120)
@pytest.mark.parametrize("seed", range(40 if SOAK else 3))
async def test_subtraction_and_a_naive_count_agree_at_each_step(
    settings: Config, database_url: str, seed: int
) -> None:
    settings.data.mkdir(parents=True, exist_ok=True)
    world = World(settings, seed)
    await world.start()
    steps = 1000 if SOAK else 60 if database_url else 200
    try:
        await world.create(ALICE, "12")
        await world.create(BOB, "10")
        for number in range(steps):
            await world.step()
            await world.check()
            if number % 90 == 89:
                await world.restart()
    finally:
        await world.teahouse.stop()
