"""What a service is told besides events: what passes, and what it needs to encrypt."""

from __future__ import annotations

from typing import Any

import pytest

from tests.appservices.bridging import Acting, Bridge
from tests.people import Person, segment

EPHEMERAL = {"receive_ephemeral": True}
ENCRYPTING = {"de.sorunome.msc2409.push_ephemeral": True, "org.matrix.msc3202": True}
TO_DEVICE = "de.sorunome.msc2409.to_device"
LISTS = "org.matrix.msc3202.device_lists"
COUNTS = "org.matrix.msc3202.device_one_time_keys_count"
FALLBACKS = "org.matrix.msc3202.device_unused_fallback_key_types"


async def room_with(ghost: Acting, *people: Person) -> str:
    room_id = await people[0].create_room(preset="public_chat")
    for one in (ghost, *people[1:]):
        (await one.join(room_id)).ok()
    return room_id


async def with_device(ghost: Acting, device_id: str) -> None:
    assert (await ghost.put(f"/devices/{device_id}")).status == 201


async def read(who: Person, room_id: str, event_id: str, type: str = "m.read") -> None:
    (await who.post(f"/rooms/{segment(room_id)}/receipt/{type}/{segment(event_id)}")).ok()


async def type_in(who: Person, room_id: str) -> None:
    path = f"/rooms/{segment(room_id)}/typing/{segment(who.user_id)}"
    (await who.put(path, {"typing": True, "timeout": 30_000})).ok()


def ephemeral(bridge: Bridge, type: str) -> list[dict[str, Any]]:
    told = [one for txn in bridge.transactions for one in txn.json.get("ephemeral", [])]
    return [event for event in told if event["type"] == type]


async def until(bridge: Bridge, type: str, count: int = 1) -> list[dict[str, Any]]:
    while len(found := ephemeral(bridge, type)) < count:
        await bridge.endpoint.has(len(bridge.endpoint.received) + 1)
    return found


@pytest.mark.parametrize("changes", [EPHEMERAL])
async def test_it_is_told_of_receipts_and_typing_where_its_users_are(
    bridge: Bridge, alice: Person, changes: dict[str, Any]
) -> None:
    ghost = await bridge.ghost("ann")
    elsewhere = await alice.create_room()
    room_id = await room_with(ghost, alice)
    said = await alice.say(room_id, "hello")
    other = await alice.say(elsewhere, "hello")
    await read(alice, elsewhere, other)
    await type_in(alice, elsewhere)
    await read(alice, room_id, said, "m.read.private")
    await type_in(alice, room_id)
    await read(alice, room_id, said)
    await read(ghost, room_id, said, "m.read.private")
    wanted = [("m.read", alice.user_id), ("m.read.private", ghost.user_id)]
    while len(kinds := readings(bridge)) < len(wanted):
        await bridge.endpoint.has(len(bridge.endpoint.received) + 1)
    assert kinds == [(room_id, said, *one) for one in wanted]
    typing = await until(bridge, "m.typing")
    assert typing == [
        {"type": "m.typing", "room_id": room_id, "content": {"user_ids": [alice.user_id]}}
    ]
    assert "de.sorunome.msc2409.ephemeral" not in str(bridge.transactions)


def readings(bridge: Bridge) -> list[tuple[str, str, str, str]]:
    """(room, event, type, reader) of every receipt, however they were told together."""
    return [
        (one["room_id"], event_id, type, user_id)
        for one in ephemeral(bridge, "m.receipt")
        for event_id, by_type in one["content"].items()
        for type, by_user in by_type.items()
        for user_id in by_user
    ]


@pytest.mark.parametrize("changes", [EPHEMERAL])
async def test_it_is_told_of_the_presence_of_those_whom_its_users_meet(
    bridge: Bridge, alice: Person, bob: Person, changes: dict[str, Any]
) -> None:
    ghost = await bridge.ghost("ann")
    await room_with(ghost, alice)
    for who, status in ((bob, "far"), (ghost, "own"), (alice, "near")):
        body = {"presence": "online", "status_msg": status}
        (await who.put(f"/presence/{segment(who.user_id)}/status", body)).ok()
    told = await until(bridge, "m.presence", 2)
    assert [one["content"]["status_msg"] for one in told] == ["own", "near"]
    assert [one["sender"] for one in told] == [ghost.user_id, alice.user_id]


async def test_without_asking_it_is_told_of_events_only(bridge: Bridge, alice: Person) -> None:
    ghost = await bridge.ghost("ann")
    room_id = await room_with(ghost, alice)
    await read(alice, room_id, await alice.say(room_id, "hello"))
    await type_in(alice, room_id)
    await with_device(ghost, "PHONE")
    await send_to(alice, ghost, "PHONE", "kept")
    await bridge.told(await alice.say(room_id, "bye"))
    assert {key for one in bridge.transactions for key in one.json} == {"events"}
    synced = await bridge.acting_as(ghost.user_id, "PHONE").sync()
    assert [m["content"] for m in synced["to_device"]["events"]] == [{"body": "kept"}]


async def send_to(who: Person, ghost: Person, device_id: str, body: str) -> None:
    messages = {ghost.user_id: {device_id: {"body": body}}}
    path = f"/sendToDevice/org.example.note/{body}"
    (await who.put(path, {"messages": messages})).ok()


@pytest.mark.parametrize("changes", [ENCRYPTING])
async def test_messages_to_its_devices_come_to_it_in_order_and_once(
    bridge: Bridge, alice: Person, changes: dict[str, Any]
) -> None:
    ghost = await bridge.ghost("ann")
    for device_id in ("ONE", "TWO"):
        await with_device(ghost, device_id)
    release = bridge.hold()
    for number in range(120):
        await send_to(alice, ghost, "*" if number == 0 else "ONE", str(number))
    release()
    while len(messages(bridge)) < 121:
        await bridge.endpoint.has(len(bridge.endpoint.received) + 1)
    assert {m["sender"] for m in messages(bridge)} == {alice.user_id}
    to_one = [m["content"]["body"] for m in messages(bridge) if m["to_device_id"] == "ONE"]
    assert to_one == [str(number) for number in range(120)]
    assert {m["to_user_id"] for m in messages(bridge)} == {ghost.user_id}
    synced = await bridge.acting_as(ghost.user_id, "ONE").sync()
    assert "to_device" not in synced.body


def messages(bridge: Bridge) -> list[dict[str, Any]]:
    return [m for one in bridge.transactions for m in one.json.get(TO_DEVICE, [])]


@pytest.mark.parametrize("changes", [ENCRYPTING])
async def test_it_is_told_of_keys_that_are_left_and_devices_that_changed(
    bridge: Bridge, alice: Person, bob: Person, changes: dict[str, Any]
) -> None:
    ghost = await bridge.ghost("ann")
    await with_device(ghost, "PHONE")
    assert await lists_until(bridge, 1) == {"changed": [ghost.user_id], "left": []}
    phone = bridge.acting_as(ghost.user_id, "PHONE")
    room_id = await room_with(ghost, alice)
    keys = {f"signed_curve25519:{n}": {"key": f"k{n}", "signatures": {}} for n in "ab"}
    fallback = {"signed_curve25519:f": {"key": "f", "fallback": True, "signatures": {}}}
    (await phone.post("/keys/upload", {"one_time_keys": keys, "fallback_keys": fallback})).ok()
    counts = await bridge.told_of(COUNTS)
    assert counts[-1] == {ghost.user_id: {"PHONE": {"signed_curve25519": 2}}}
    assert (await bridge.told_of(FALLBACKS))[-1] == {
        ghost.user_id: {"PHONE": ["signed_curve25519"]}
    }
    wanted = {"one_time_keys": {ghost.user_id: {"PHONE": "signed_curve25519"}}}
    (await alice.post("/keys/claim", wanted)).ok()
    while (await bridge.told_of(COUNTS))[-1] != {
        ghost.user_id: {"PHONE": {"signed_curve25519": 1}}
    }:
        await bridge.endpoint.has(len(bridge.endpoint.received) + 1)
    for who in (bob, alice):
        device = {
            "user_id": who.user_id,
            "device_id": who.device_id,
            "algorithms": [],
            "keys": {},
            "signatures": {},
        }
        (await who.post("/keys/upload", {"device_keys": device})).ok()
    assert await lists_until(bridge, 2) == {"changed": [alice.user_id], "left": []}
    (await bob.join(room_id)).ok()
    assert await lists_until(bridge, 3) == {"changed": [bob.user_id], "left": []}
    (await bob.leave(room_id)).ok()
    assert await lists_until(bridge, 4) == {"changed": [], "left": [bob.user_id]}


async def lists_until(bridge: Bridge, count: int) -> Any:
    while len(found := await bridge.told_of(LISTS)) < count:
        await bridge.endpoint.has(len(bridge.endpoint.received) + 1)
    return found[-1]
