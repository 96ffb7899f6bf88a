"""A server whose database has gone ends all the same when it is asked to, and loses nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from teahouse.serve import DRAIN_SECONDS, STOP_SECONDS
from tests.people import Answer, client_of, sign_up
from tests.postgres import OwnPostgres, own_postgres
from tests.process import ServerProcess
from tests.rooms.reading import event

A_LITTLE_SECONDS = 5
NAMES = ("idle", "busy")


@pytest.fixture
def database() -> Iterator[OwnPostgres]:
    with own_postgres() as database:
        with psycopg.connect(database.url, autocommit=True) as connection:
            for name in NAMES:
                connection.execute(f'CREATE DATABASE "{name}"')
        yield database


def serving(database: OwnPostgres, folder: Path) -> list[ServerProcess]:
    """One with nothing to do, and one that is to send."""
    servers = []
    for name in NAMES:
        url = database.url.replace("/postgres?", f"/{name}?")
        servers.append(ServerProcess(folder / name, "--database", url))
    return [server.wait_until_ready() for server in servers]


async def ended(servers: list[ServerProcess]) -> tuple[list[int], float]:
    """Their exit codes, and the seconds until the last of them has ended."""
    began = time.monotonic()
    codes = await asyncio.gather(*(asyncio.to_thread(server.stop) for server in servers))
    return codes, time.monotonic() - began


@pytest.mark.timeout(240)
async def test_who_is_asked_to_end_ends_whatever_the_database_does(
    tmp_path: Path, database: OwnPostgres
) -> None:
    servers = serving(database, tmp_path)
    try:
        async with client_of(servers[1].url) as http:
            alice = await sign_up(http, "alice")
            room_id = await alice.create_room()
            said = await alice.say(room_id, "tea")
            database.freeze()
            sending = asyncio.create_task(alice.send(room_id, {"body": "more"}, txn_id="more"))
            await asyncio.sleep(0.5)
            codes, seconds = await ended(servers)
            # What a server does of itself may have been caught in the middle of a write.
            assert codes in ([0, 1], [1, 1])
            assert seconds < DRAIN_SECONDS + STOP_SECONDS + A_LITTLE_SECONDS
            (await sending).refused(503, "M_UNKNOWN")
        database.thaw()
        servers = serving(database, tmp_path)
        async with client_of(servers[1].url) as http:
            alice.http = http
            assert (await event(alice, room_id, said)).ok()["content"]["body"] == "tea"
            database.kill()
            refused: Answer = await alice.send(room_id, {"body": "more"}, txn_id="more")
            refused.refused(503, "M_UNKNOWN")
            codes, seconds = await ended(servers)
            assert codes == [0, 0]
            assert seconds < DRAIN_SECONDS
        assert "Traceback" not in "".join(line for one in servers for line in one.lines)
    finally:
        for server in servers:
            if server.process.poll() is None:
                server.kill()
