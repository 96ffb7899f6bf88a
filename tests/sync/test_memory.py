"""What readers keep of rooms has a bound in bytes, and nobody misses anything by it."""

from __future__ import annotations

import pytest

from teahouse.homeserver.sync import room_view, service, views
from tests.people import Person
from tests.server import Server

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

MOST = 60_000


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MAX_TAILS_BYTES", MOST)
    monkeypatch.setattr(room_view, "MAX_SHARED_BYTES", 10_000)
    monkeypatch.setattr(service, "MAX_DELIVERED", 2)


async def test_the_newest_events_of_all_rooms_are_bounded_together(
    alice: Person, bob: Person, server: Server
) -> None:
    rooms = []
    for _ in range(3):
        rooms.append(await alice.create_room(preset="public_chat"))
        await bob.join(rooms[-1])
    await alice.sync()
    await bob.sync()
    for _ in range(3):
        said = {room: [await alice.say(room, "x" * 4_000) for _ in range(3)] for room in rooms}
        kept = server.teahouse.views
        assert kept._tails_bytes <= MOST
        for person in (bob, alice):
            joined = (await person.sync())["rooms"]["join"]
            for room, event_ids in said.items():
                told = [event["event_id"] for event in joined[room]["timeline"]["events"]]
                assert told == event_ids
        for view in kept._rooms.values():
            assert sum(map(len, view.shared.values())) <= 10_000
    for room in rooms:
        await alice.leave(room)
        await bob.leave(room)
    assert kept._tails_bytes == sum(view.views_bytes for view in kept._rooms.values()) == 0


async def test_messages_that_were_delivered_are_deleted_though_that_was_forgotten(
    alice: Person, server: Server
) -> None:
    devices = [await alice.another_device() for _ in range(4)]
    for n in range(2):
        for device in devices:
            await device.sync()
            body = {"messages": {device.user_id: {device.device_id: {"n": n}}}}
            (await alice.put(f"/sendToDevice/m.x/{device.device_id}{n}", body)).ok()
            assert [e["content"]["n"] for e in (await device.sync())["to_device"]["events"]] == [n]
            assert len(server.teahouse.sync._inboxes._delivered) <= 2
    for device in devices:
        assert "to_device" not in (await device.sync()).body
