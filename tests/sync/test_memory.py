"""What readers keep of rooms has a bound in bytes, and nobody misses anything by it."""

from __future__ import annotations

import asyncio

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


async def test_a_room_that_was_busy_keeps_no_more_than_any_other_once_it_is_quiet(
    alice: Person, bob: Person, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (room_view, views):
        monkeypatch.setattr(module, "RECENT_MS", 1_000)
        monkeypatch.setattr(module, "TAIL", 5)
    monkeypatch.setattr(views, "MAX_TAILS_BYTES", 1 << 20)
    room_id = await alice.create_room(preset="public_chat")
    await bob.join(room_id)
    kept = server.teahouse.views
    await bob.sync()
    said = [await alice.say(room_id, f"{n}") for n in range(20)]
    view = kept._rooms[room_id]
    assert len(view.tail) >= 20
    told = (await bob.sync())["rooms"]["join"][room_id]["timeline"]["events"]
    assert [event["event_id"] for event in told] == said
    assert view.shared
    async with asyncio.timeout(10):
        while view.is_busy:
            await asyncio.sleep(0.1)
    assert len(view.tail) == 5
    assert not view.shared
    assert kept._tails_bytes == view.held_bytes == sum(len(one.body) for one in view.tail)


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
