"""What kill -9 can't show: each answered send follows a completed fdatasync of the database."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.people import client_of, sign_up
from tests.process import ServerProcess

SENDS = 20


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
async def test_each_answered_send_follows_a_completed_sync_of_the_database(
    tmp_path: Path,
) -> None:
    trace = tmp_path / "trace"
    under = ("strace", "-f", "-y", "-tt", "-e", "trace=fdatasync,fsync,sendto,write,writev,sendmsg")
    server = ServerProcess(
        tmp_path / "data", under=(*under, "-s", "300", "-o", str(trace))
    ).wait_until_ready()
    try:
        async with client_of(server.url) as http:
            alice = await sign_up(http, "alice")
            room_id = await alice.create_room()
            sent = [await alice.say(room_id, f"message {n}") for n in range(SENDS)]
    finally:
        server.stop()
    syncs_before_each = syncs_before_answers(trace.read_text(errors="replace"), sent)
    assert len(syncs_before_each) == SENDS
    assert all(syncs >= 1 for syncs in syncs_before_each), syncs_before_each


def syncs_before_answers(trace: str, event_ids: list[str]) -> list[int]:
    """Completed syncs of the database's log between the last answer and each answer."""
    counts: list[int] = []
    syncs = 0
    waiting = list(event_ids)
    for line in trace.splitlines():
        if is_completed_sync(line):
            syncs += 1
        elif waiting and waiting[0] in line:
            counts.append(syncs)
            syncs = 0
            waiting.pop(0)
    return counts


def is_completed_sync(line: str) -> bool:
    if "teahouse.db" in line and re.search(r"\b(fdatasync|fsync)\(.*\) += 0", line):
        return True
    return re.search(r"<\.\.\. (fdatasync|fsync) resumed>.*= 0", line) is not None
