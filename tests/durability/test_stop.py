"""A server that is asked to stop finishes what is in flight, and does not wait for long polls."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from teahouse.config import Config
from tests.people import Person, client_of, segment, sign_up
from tests.process import ServerProcess
from tests.server import running

LONG_POLL_MS = 30_000
SOON_SECONDS = 5
SENDS = 5
FILE = b"a leaf of tea" * 20_000


async def test_those_who_wait_for_news_are_answered_and_the_server_ends(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "data").wait_until_ready()
    try:
        async with client_of(server.url) as http:
            people = [await sign_up(http, f"person{n}") for n in range(5)]
            for person in people:
                await person.sync()
            waiting = asyncio.gather(*(p.sync(timeout=LONG_POLL_MS) for p in people))
            await asyncio.sleep(0.3)
            began = time.monotonic()
            ended = asyncio.to_thread(server.stop)
            code, answers = await asyncio.gather(ended, waiting)
            assert code == 0
            assert time.monotonic() - began < SOON_SECONDS
            assert [answer.status for answer in answers] == [200] * 5
    finally:
        if server.process.poll() is None:
            server.kill()


@dataclass
class SlowRequest:
    """One whose body has come in half when the server is asked to stop."""

    person: Person
    method: str
    path: str
    body: bytes
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.person.access_token}"}
        return await self.person.http.request(
            self.method, self.path, headers=headers, content=self._body()
        )

    async def _body(self) -> AsyncIterator[bytes]:
        half = len(self.body) // 2
        yield self.body[:half]
        await self.goes_on.wait()
        yield self.body[half:]


async def test_what_is_in_flight_is_answered_and_kept(settings: Config) -> None:
    flags = ["--database", settings.database] if settings.database else []
    server = ServerProcess(settings.data, *flags).wait_until_ready()
    try:
        async with client_of(server.url) as http:
            alice = await sign_up(http, "alice")
            room_id = await alice.create_room()
            room = f"/_matrix/client/v3/rooms/{segment(room_id)}/send/m.room.message"
            said = [json.dumps({"body": f"cup {n}"}).encode() for n in range(SENDS)]
            slow = [SlowRequest(alice, "PUT", f"{room}/{n}", said[n]) for n in range(SENDS)]
            slow.append(SlowRequest(alice, "POST", "/_matrix/media/v3/upload", FILE))
            answering = asyncio.gather(*(request.answer() for request in slow))
            await until_received(alice, sends=SENDS, uploads=1)
            ending = asyncio.create_task(asyncio.to_thread(server.stop))
            await until_closed(server.url)
            for request in slow:
                request.goes_on.set()
            *sent, uploaded = await answering
            assert await ending == 0
        assert [answer.status_code for answer in (*sent, uploaded)] == [200] * (SENDS + 1)
        async with running(settings) as again, client_of(again.url) as http:
            alice.http = http
            for answer in sent:
                path = f"/rooms/{segment(room_id)}/event/{segment(answer.json()['event_id'])}"
                assert (await alice.get(path)).ok()["type"] == "m.room.message"
            uri = uploaded.json()["content_uri"]
            path = uri.replace("mxc://", "/_matrix/client/v1/media/download/")
            assert (await alice.get(path)).ok().body == FILE
    finally:
        if server.process.poll() is None:
            server.kill()


async def until_received(person: Person, *, sends: int, uploads: int) -> None:
    """Until the server has begun with so many."""
    wanted = {"sendMessage": sends, "uploadContent": uploads}
    async with asyncio.timeout(SOON_SECONDS):
        while True:
            told = (await person.get("/metrics")).ok().body.decode()
            counts = re.findall(r'^teahouse_requests_total\{operation="(\w+)"\} (\d+)', told, re.M)
            if {name: int(count) for name, count in counts if name in wanted} == wanted:
                return
            await asyncio.sleep(0.02)


async def until_closed(url: str) -> None:
    """Until the server takes no connections: it is stopping."""
    address = httpx.URL(url)
    async with asyncio.timeout(SOON_SECONDS):
        while True:
            try:
                _, writer = await asyncio.open_connection(address.host, address.port)
            except ConnectionRefusedError:
                return
            writer.close()
            await asyncio.sleep(0.02)
