"""A person gets all that is kept of them, and nothing that is another's."""

from __future__ import annotations

import json
import stat
import zipfile
from pathlib import Path
from typing import Any

from tests.admin.command import CommandLine
from tests.keys.crypto import publish
from tests.people import PASSWORD, Person, client_of, segment, sign_up
from tests.process import ServerProcess


def lines(archive: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in archive.read(name).splitlines()]


async def a_life(alice: Person, bob: Person) -> tuple[str, str]:
    await alice.put(f"/profile/{segment(alice.user_id)}/displayname", {"displayname": "Alice 茶"})
    await alice.put(f"/user/{alice.user_id}/account_data/im.tea", {"kind": "oolong"})
    room_id = await bob.create_room(preset="public_chat", name="Tea")
    await bob.set_state(room_id, "m.room.history_visibility", {"history_visibility": "joined"})
    await bob.say(room_id, "before alice came")
    await alice.join(room_id)
    for n in range(120):
        await alice.say(room_id, f"cup {n}")
    await alice.leave(room_id)
    await bob.say(room_id, "after alice left")
    upload = await alice.call("POST", "/_matrix/media/v3/upload", b"a leaf", filename="leaf.txt")
    await bob.call("POST", "/_matrix/media/v3/upload", b"bobs leaf")
    await publish(alice)
    version = {"algorithm": "m.megolm_backup.v1.curve25519-aes-sha2", "auth_data": {"a": 1}}
    made = (await alice.post("/room_keys/version", version)).ok()["version"]
    key = {
        "first_message_index": 0,
        "forwarded_count": 0,
        "is_verified": True,
        "session_data": {"ciphertext": "leaves"},
    }
    path = f"/room_keys/keys/{segment(room_id)}/session"
    (await alice.put(path, key, version=made)).ok()
    return room_id, upload.ok()["content_uri"]


async def test_a_person_is_exported_while_the_server_runs(
    operator: CommandLine, tmp_path: Path
) -> None:
    server = ServerProcess(operator.data, *operator.flags).wait_until_ready()
    file = tmp_path / "alice.zip"
    try:
        async with client_of(server.url) as http:
            alice, bob = await sign_up(http, "alice"), await sign_up(http, "bob")
            room_id, address = await a_life(alice, bob)
        assert str(file) in operator.admin("export-user", "alice", str(file)).ok().out
        operator.admin("export-user", "alice", str(file)).refused("is there already")
        nobody = tmp_path / "nobody.zip"
        operator.admin("export-user", "nobody", str(nobody)).refused("no such account")
    finally:
        assert server.stop() == 0
    check(file, alice, room_id, address)


def check(file: Path, alice: Person, room_id: str, address: str) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.glob("nobody*")) == []
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        assert json.loads(archive.read("profile.json"))["displayname"] == "Alice 茶"
        (device,) = json.loads(archive.read("devices.json"))
        assert device["device_id"] == alice.device_id
        data = {one["event"]["type"]: one for one in lines(archive, "account_data.jsonl")}
        assert data["im.tea"]["event"]["content"] == {"kind": "oolong"}
        (room,) = lines(archive, "rooms.jsonl")
        assert room == {"room_id": room_id, "membership": "leave"}
        events = lines(archive, f"events/{room_id[1:].replace(':', '_')}.jsonl")
        said = [event["content"]["body"] for event in events if "body" in event["content"]]
        assert said == [f"cup {n}" for n in range(120)]
        (upload,) = lines(archive, "media.jsonl")
        assert (upload["address"], upload["filename"]) == (address, "leaf.txt")
        assert archive.read(upload["file"]) == b"a leaf"
        version, key = lines(archive, "key_backup.jsonl")
        assert version["auth_data"] == {"a": 1}
        assert key["session_data"] == {"ciphertext": "leaves"}
        everything = b"".join(archive.read(name) for name in archive.namelist())
    for secret in (alice.access_token, PASSWORD, "argon2", "bobs leaf"):
        assert secret.encode() not in everything
