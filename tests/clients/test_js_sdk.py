"""matrix-js-sdk, of which Element Web, Cinny and our own app are made, in Node."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from tests.people import PASSWORD, Person
from tests.server import Server

SCRIPT = Path(__file__).with_name("js_sdk_talk.mjs")
MINUTE = 60


async def test_people_of_sync_and_sliding_sync_talk_encrypted_by_the_js_sdk(
    server: Server, alice: Person, bob: Person
) -> None:
    node = shutil.which("node")
    assert node is not None, "the web app is built by Node"
    process = await asyncio.create_subprocess_exec(
        node,
        *(str(SCRIPT), server.url, alice.user_id, bob.user_id, PASSWORD),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), MINUTE)
    finally:
        if process.returncode is None:
            process.kill()
    said = output.decode()
    assert process.returncode == 0, said[-4000:]
    assert said.splitlines()[-1] == "done"
