"""A server that is asked to stop finishes what is in flight, and does not wait for long polls."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from tests.people import client_of, sign_up
from tests.process import ServerProcess

LONG_POLL_MS = 30_000
SOON_SECONDS = 5


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
