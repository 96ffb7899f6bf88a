"""What kill -9 can't show: each answered send follows a completed sync of the database."""

from __future__ import annotations

from pathlib import Path

import pytest

from teahouse.kit.database import Database, check_durability
from tests.people import client_of, sign_up
from tests.process import ServerProcess
from tests.tracing import Call, command, completed_calls

CALLS = "fsync,fdatasync,write,writev,sendto,sendmsg"
SENDS = 20


async def test_each_answered_send_follows_a_completed_sync_of_the_database(
    tmp_path: Path,
) -> None:
    trace = tmp_path / "trace"
    server = ServerProcess(tmp_path / "data", under=command(trace, CALLS)).wait_until_ready()
    try:
        async with client_of(server.url) as http:
            alice = await sign_up(http, "alice")
            room_id = await alice.create_room()
            sent = [await alice.say(room_id, f"message {n}") for n in range(SENDS)]
    finally:
        server.stop()
    calls = completed_calls(trace.read_text(errors="replace"))
    before = 0
    for event_id in sent:
        answered = next(i for i, call in enumerate(calls) if is_answer(call, event_id))
        assert any(is_sync(call) for call in calls[before:answered]), event_id
        before = answered


def is_answer(call: Call, event_id: str) -> bool:
    is_sent = call.name in ("write", "writev", "sendto", "sendmsg")
    return is_sent and event_id in call.arguments


def is_sync(call: Call) -> bool:
    is_done = call.name in ("fsync", "fdatasync") and call.result == "0"
    return is_done and "teahouse.db" in call.arguments


def test_a_postgres_that_does_not_sync_is_refused(postgres: str) -> None:
    kept = Database(postgres)
    check_durability(kept)
    kept.close()
    separator = "&" if "?" in postgres else "?"
    loosened = Database(f"{postgres}{separator}options=-c%20synchronous_commit%3Doff")
    with pytest.raises(RuntimeError, match="not durable"):
        check_durability(loosened)
    loosened.close()
