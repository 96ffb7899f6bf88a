"""Paths as they were before version 1.1 of the specification."""

from __future__ import annotations

from tests.people import Person


async def test_what_was_r0_is_v3(alice: Person) -> None:
    r0 = "/_matrix/client/r0"
    assert (await alice.get(f"{r0}/account/whoami")).ok()["user_id"] == alice.user_id
    room_id = (await alice.post(f"{r0}/createRoom")).ok()["room_id"]
    sent = await alice.put(f"{r0}/rooms/{room_id}/send/m.room.message/1", {"body": "tea"})
    event = await alice.get(f"{r0}/rooms/{room_id}/event/{sent.ok()['event_id']}")
    assert event.ok()["content"] == {"body": "tea"}
    (await alice.get(f"{r0}/rooms/{room_id}/nothing")).refused(404, "M_UNRECOGNIZED")
    (await alice.get("/_matrix/client/r1/account/whoami")).refused(404, "M_UNRECOGNIZED")


async def test_what_was_tried_before_it_was_specified_is_v3(alice: Person) -> None:
    """Bots and libraries still sign crosswise and list devices by these paths."""
    tried = "/_matrix/client/unstable"
    assert (await alice.get(f"{tried}/devices")).ok()["devices"]
    assert (await alice.post(f"{tried}/keys/signatures/upload", {})).ok()["failures"] == {}
    (await alice.get(f"{tried}/nothing")).refused(404, "M_UNRECOGNIZED")


async def test_media_have_their_older_paths(alice: Person) -> None:
    for version in ("r0", "v1", "v3"):
        config = (await alice.get(f"/_matrix/media/{version}/config")).ok()
        assert config["m.upload.size"] > 0
        uploaded = await alice.call("POST", f"/_matrix/media/{version}/upload", b"tea")
        assert uploaded.ok()["content_uri"].startswith("mxc://localhost/")
