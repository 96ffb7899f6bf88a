"""kill -9 under load, at random moments: what was acknowledged is there, once, in order.

Three times in `make test`, fifty in `make soak`, on each database.
"""

from __future__ import annotations

import asyncio
import os
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from teahouse.check import problems
from teahouse.config import Config
from teahouse.kit.database import Database, sqlite_url
from tests.people import Person, client_of, segment, sign_up
from tests.process import ServerProcess

SENDERS = 8
TIMES = 50 if "TEAHOUSE_SOAK" in os.environ else 3


@dataclass
class Sender:
    """One person in a room of their own, and what they know to be stored."""

    person: Person
    room_id: str
    acknowledged: dict[str, str] = field(default_factory=dict)
    """Event id by txn id."""
    in_flight: str | None = None
    count: int = 0
    synced: int = 0
    """How many were acknowledged when the person last synced."""

    async def send_until_it_breaks(self) -> None:
        while True:
            self.count += 1
            self.in_flight = f"txn{self.count}"
            try:
                await self.send(self.in_flight)
            except (httpx.TransportError, AssertionError):
                return

    async def send(self, txn_id: str) -> str:
        content = {"msgtype": "m.text", "body": f"message {txn_id}"}
        answer = await self.person.send(self.room_id, content, txn_id=txn_id)
        event_id: str = answer.ok()["event_id"]
        self.acknowledged[txn_id] = event_id
        return event_id


@dataclass
class Keeper:
    """Who has other things kept: account data, files, and messages to their own device."""

    person: Person
    number: int = 0
    """The last that account data and a message to the device were acknowledged with."""
    files: dict[str, bytes] = field(default_factory=dict)
    """By the path to download them from."""
    heard: list[int] = field(default_factory=list)

    async def keep_until_it_breaks(self) -> None:
        while True:
            try:
                await self.keep(self.number + 1)
            except (httpx.TransportError, AssertionError):
                return

    async def keep(self, number: int) -> None:
        person, content = self.person, {"number": number}
        account_data = f"/user/{person.user_id}/account_data/im.teahouse.number"
        (await person.put(account_data, content)).ok()
        to_self = {"messages": {person.user_id: {person.device_id: content}}}
        (await person.put(f"/sendToDevice/im.teahouse.number/{number}", to_self)).ok()
        self.number = number
        raw = f"file {number}".encode()
        uri = (await person.post("/_matrix/media/v3/upload", raw)).ok()["content_uri"]
        self.files[uri.replace("mxc://", "/_matrix/client/v1/media/download/")] = raw

    async def check(self) -> None:
        path = f"/user/{self.person.user_id}/account_data/im.teahouse.number"
        if self.number:
            assert (await self.person.get(path)).ok()["number"] >= self.number
        for download, raw in list(self.files.items())[-20:]:
            assert (await self.person.get(download)).ok().body == raw
        while events := (await self.person.sync()).body.get("to_device", {}).get("events", []):
            self.heard += [event["content"]["number"] for event in events]
        assert set(range(1, self.number + 1)) <= set(self.heard)
        assert self.heard == sorted(set(self.heard)), "each once, in order"


@dataclass
class People:
    senders: list[Sender]
    keeper: Keeper

    def meet(self, http: httpx.AsyncClient) -> None:
        """The server is back, at another address."""
        for person in (self.keeper.person, *(sender.person for sender in self.senders)):
            person.http = http


async def kill_once(data: Path, flags: list[str], people: People | None) -> People:
    """Starts, loads, kills, starts again and checks; the people go on with the next round."""
    server = ServerProcess(data, *flags).wait_until_ready()
    try:
        async with client_of(server.url) as http:
            people = people or await newcomers(http)
            people.meet(http)
            for sender in people.senders:
                await sender.person.sync()
                sender.synced = len(sender.acknowledged)
            working = asyncio.gather(
                people.keeper.keep_until_it_breaks(),
                *(sender.send_until_it_breaks() for sender in people.senders),
            )
            await asyncio.sleep(random.uniform(0.05, 0.6))
            server.kill()
            await working
        server = ServerProcess(data, *flags).wait_until_ready()
        async with client_of(server.url) as http:
            people.meet(http)
            await people.keeper.check()
            for sender in people.senders:
                await check(sender)
        assert server.stop() == 0
    finally:
        if server.process.poll() is None:
            server.kill()
    return people


async def newcomers(http: httpx.AsyncClient) -> People:
    senders = [await new_sender(http, number) for number in range(SENDERS)]
    return People(senders, Keeper(await sign_up(http, "keeper")))


async def new_sender(http: httpx.AsyncClient, number: int) -> Sender:
    person = await sign_up(http, f"sender{number}")
    return Sender(person, await person.create_room())


async def check(sender: Sender) -> None:
    before = dict(sender.acknowledged)
    retried = None if sender.in_flight is None else await sender.send(sender.in_flight)
    for txn_id, event_id in list(before.items())[-5:]:
        assert await sender.send(txn_id) == event_id, "a retry is the same event"
    answer = await sender.person.sync(filter='{"room":{"timeline":{"limit":100}}}')
    news = answer.body.get("rooms", {}).get("join", {}).get(sender.room_id, {})
    told = [
        event["type"]
        for part in ("state", "timeline")
        for event in news.get(part, {}).get("events", [])
    ]
    assert "m.room.create" not in told, "a token from before the crash brings what came since"
    if len(before) > sender.synced:
        assert "m.room.message" in told
    ids = await message_ids(sender)
    assert len(ids) == len(set(ids))
    missing = set(before.values()) - set(ids)
    assert not missing, "every acknowledged message is there"
    if retried is not None:
        assert ids.count(retried) == 1, "a retried request makes no second event"
    sent = [int(number) for number in await message_numbers(sender)]
    assert sent == sorted(set(sent)), "in the order in which they were sent"


async def messages(sender: Sender) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    place: str | None = None
    while True:
        path = f"/rooms/{segment(sender.room_id)}/messages"
        page = (await sender.person.get(path, **{"dir": "f", "limit": 500, "from": place})).ok()
        found += [event for event in page["chunk"] if event["type"] == "m.room.message"]
        place = page.body.get("end")
        if place is None:
            return found


async def message_ids(sender: Sender) -> list[object]:
    return [event["event_id"] for event in await messages(sender)]


async def message_numbers(sender: Sender) -> list[str]:
    bodies = [event["content"]["body"] for event in await messages(sender)]
    return [body.removeprefix("message txn") for body in bodies]


async def kill_again_and_again(settings: Config, times: int) -> None:
    flags = ["--database", settings.database] if settings.database else []
    people: People | None = None
    for _ in range(times):
        people = await kill_once(settings.data, flags, people)
    assert people is not None
    assert sum(len(sender.acknowledged) for sender in people.senders) > SENDERS
    database = Database(settings.database or sqlite_url(settings.data))
    with database.snapshot() as tx:
        assert list(problems(tx)) == []
    database.close()


@pytest.mark.soak
async def test_a_killed_server_has_kept_what_it_acknowledged(settings: Config) -> None:
    await kill_again_and_again(settings, TIMES)
