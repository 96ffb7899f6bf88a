"""What kill -9 can't show: an answered upload is on disk, with its folder and its row."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from tests.media.test_upload import uploaded
from tests.people import client_of, sign_up
from tests.process import ServerProcess
from tests.tracing import Call, command, completed_calls

CALLS = "fsync,fdatasync,rename,renameat,renameat2,write,writev,sendto,sendmsg"
UPLOADS = 8


async def test_each_answered_upload_follows_a_sync_of_its_file_its_folder_and_its_row(
    tmp_path: Path,
) -> None:
    trace, data = tmp_path / "trace", tmp_path / "data"
    contents = [f"tea number {number}".encode() * 1000 for number in range(UPLOADS)]
    server = ServerProcess(data, under=command(trace, CALLS)).wait_until_ready()
    try:
        async with client_of(server.url) as http:
            alice = await sign_up(http, "alice")
            paths = [await uploaded(alice, content) for content in contents]
    finally:
        server.stop()
    calls = completed_calls(trace.read_text(errors="replace"))
    before = 0
    for path, content in zip(paths, contents, strict=True):
        answered = next(i for i, call in enumerate(calls) if is_answer(call, path))
        steps = [step(call, hashlib.sha256(content).hexdigest()) for call in calls[before:answered]]
        happened = [name for name in steps if name]
        # Rows of something else may come before, and the row may take two trips to the disk.
        happened = happened[happened.index("file on disk") :]
        assert happened[:4] == ["file on disk", "named", "folder on disk", "row on disk"]
        assert set(happened[4:]) <= {"row on disk"}
        before = answered


def is_answer(call: Call, path: str) -> bool:
    is_sent = call.name in ("write", "writev", "sendto", "sendmsg")
    return is_sent and f"mxc://{path}" in call.arguments


def step(call: Call, digest: str) -> str | None:
    """What the call means for the upload whose content has this digest."""
    if call.result != "0":
        return None
    if call.name.startswith("rename"):
        return "named" if digest in call.arguments else None
    if call.name not in ("fsync", "fdatasync"):
        return None
    if "/content/incoming/" in call.arguments:
        return "file on disk"
    if re.search(rf"/content/{digest[:2]}/{digest[2:4]}>", call.arguments):
        return "folder on disk"
    return "row on disk" if "teahouse.db" in call.arguments else None
