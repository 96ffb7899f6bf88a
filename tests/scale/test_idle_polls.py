"""Thousands who wait for news, and a message that wakes all of them.

A thousand in `make test`, ten thousand in `make soak`; there the time counts, too.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from bench.crowd import AS_TOKEN, Crowd, write_registration
from bench.figures import percentile
from bench.http_client import Address
from bench.process_stats import pss_bytes
from tests.people import client_of, sign_up
from tests.process import ServerProcess
from tests.scale.budgets import budget

IS_SOAK = "TEAHOUSE_SOAK" in os.environ
POLLS = 10_000 if IS_SOAK else 1_000
MOST_MEMORY_BYTES = budget("memory of a server that many wait for")
MOST_SECONDS = budget("until 99 of 100 of those who wait")
"""In which 99 of 100 have the message, counted from before it is sent."""
CONNECTS_AT_ONCE = 200
WAITING = "teahouse_waiting_syncs"
SAID = b"tea is ready"
LENGTH = re.compile(rb"content-length: ([0-9]+)", re.IGNORECASE)


class Poll(asyncio.Protocol):
    """Polls for news on a connection of its own until it has the message; no client library."""

    def __init__(self, user_id: str, since: str) -> None:
        self._user_id = user_id
        self._since = since
        self._received = b""
        self.had_at = 0.0
        self.done: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        """What was received last."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, _, body = self._received.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if length is None or len(body) < int(length[1]):
            return
        if SAID in body:
            self.had_at = time.monotonic()
            self.done.set_result(body)
        else:
            # Such as that they are seen to be online.
            self._since = json.loads(body)["next_batch"]
            self._ask()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError(repr(self._received)))

    def _ask(self) -> None:
        self._received = b""
        query = f"timeout=300000&since={self._since}&user_id={quote(self._user_id, safe='')}"
        head = f"Host: tea\r\nAuthorization: Bearer {AS_TOKEN}\r\n"
        request = f"GET /_matrix/client/v3/sync?{query} HTTP/1.1\r\n{head}\r\n"
        self._transport.write(request.encode())


async def poll_as(address: Address, user_ids: Sequence[str], since: str) -> list[Poll]:
    """A poll of each, all of them connected."""
    connect = asyncio.get_running_loop().create_connection
    polls = []
    for first in range(0, len(user_ids), CONNECTS_AT_ONCE):
        connecting = [
            connect(partial(Poll, user_id, since), address.host, address.port)
            for user_id in user_ids[first : first + CONNECTS_AT_ONCE]
        ]
        polls += [poll for _, poll in await asyncio.gather(*connecting)]
    return polls


@pytest.mark.soak
@pytest.mark.timeout(1_800)
async def test_a_message_wakes_all_who_wait(tmp_path: Path) -> None:
    services = write_registration(tmp_path)
    server = ServerProcess(tmp_path / "data", "--appservices", str(services)).wait_until_ready()
    try:
        async with client_of(server.url) as http:
            alice = await sign_up(http, "alice")
            room_id = await alice.create_room(preset="public_chat")
            address = Address("127.0.0.1", urlsplit(server.url).port or 0)
            crowd = Crowd(address)
            people = await crowd.register(POLLS)
            await crowd.join(room_id, people)
            await alice.sync()
            assert alice.since is not None
            polls = await poll_as(address, people, alice.since)
            while f"{WAITING} {POLLS}.0" not in (await http.get("/metrics")).text:
                await asyncio.sleep(0.1)

            waiting_bytes = pss_bytes(server.process.pid)
            sent_at = time.monotonic()
            await alice.say(room_id, SAID.decode())
            answers = await asyncio.gather(*(poll.done for poll in polls))
            assert all(answer.count(SAID) == 1 for answer in answers)
            woken_bytes = pss_bytes(server.process.pid)
            assert max(waiting_bytes, woken_bytes) < MOST_MEMORY_BYTES
            if IS_SOAK:
                late = sorted(poll.had_at - sent_at for poll in polls)
                told = f"{percentile(late, 0.5):.2f} s median, {percentile(late, 0.99):.2f} s p99"
                print(f"{POLLS} polls: {woken_bytes >> 20} MiB, woken in {told}")
                assert percentile(late, 0.99) < MOST_SECONDS, told
    finally:
        server.stop()
