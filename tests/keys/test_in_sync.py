"""What sync tells a device of messages, counts and lists."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.keys.crypto import claim, cross_sign, one_time_keys, publish
from tests.people import Person


async def counts_of(person: Person) -> tuple[dict[str, int], list[str]]:
    answer = (await person.sync()).body
    return answer["device_one_time_keys_count"], answer["device_unused_fallback_key_types"]


async def messages_of(person: Person, **query: Any) -> list[Any]:
    answer = (await person.sync(**query)).body
    found: list[Any] = answer.get("to_device", {}).get("events", [])
    return found


async def send(person: Person, other: Person, txn_id: str, **content: Any) -> None:
    body = {"messages": {other.user_id: {other.device_id: content}}}
    (await person.put(f"/sendToDevice/m.test/{txn_id}", body)).ok()


async def test_counts_fall_with_each_claim_and_rise_with_an_upload(
    alice: Person, bob: Person
) -> None:
    assert await counts_of(bob) == ({"signed_curve25519": 0}, [])
    key = await publish(bob)
    body = {
        "one_time_keys": one_time_keys(key, "a", "b"),
        "fallback_keys": one_time_keys(key, "f", fallback=True),
    }
    await bob.post("/keys/upload", body)
    assert await counts_of(bob) == ({"signed_curve25519": 2}, ["signed_curve25519"])
    for left in (1, 0):
        await claim(alice, bob)
        assert await counts_of(bob) == ({"signed_curve25519": left}, ["signed_curve25519"])
    await claim(alice, bob)
    assert await counts_of(bob) == ({"signed_curve25519": 0}, [])


async def test_messages_come_once_in_order_and_again_until_acknowledged(
    alice: Person, bob: Person
) -> None:
    await bob.sync()
    start = bob.since
    for n in range(3):
        await send(alice, bob, str(n), n=n)
    assert [m["content"]["n"] for m in await messages_of(bob)] == [0, 1, 2]
    bob.since = start
    assert [m["content"]["n"] for m in await messages_of(bob)] == [0, 1, 2]
    assert await messages_of(bob) == []
    # What was acknowledged is deleted soon after.
    for _ in range(50):
        bob.since = start
        if not await messages_of(bob):
            return
        await asyncio.sleep(0.05)
    pytest.fail("acknowledged messages still wait")


async def test_a_long_inbox_comes_in_pages(alice: Person, bob: Person) -> None:
    for n in range(120):
        await send(alice, bob, str(n), n=n)
    pages = [await messages_of(bob) for _ in range(3)]
    assert [len(page) for page in pages] == [100, 20, 0]
    found = [message["content"]["n"] for page in pages for message in page]
    assert found == list(range(120))


async def test_a_message_wakes_the_device_that_waits(alice: Person, bob: Person) -> None:
    await bob.sync()
    waiting = asyncio.create_task(messages_of(bob, timeout=20_000))
    await asyncio.sleep(0.1)
    await send(alice, bob, "1", n=1)
    assert len(await asyncio.wait_for(waiting, 5)) == 1


async def test_new_keys_of_a_neighbour_are_told_and_of_a_stranger_are_not(
    alice: Person, bob: Person, carol: Person
) -> None:
    room_id = await alice.create_room(preset="private_chat")
    await alice.invite(room_id, bob)
    (await bob.join(room_id)).ok()
    for person in (alice, carol):
        await person.sync()
    await publish(bob)
    assert (await alice.sync()).body["device_lists"]["changed"] == [bob.user_id]
    assert "device_lists" not in (await carol.sync()).body
    await cross_sign(bob)
    assert (await alice.sync()).body["device_lists"]["changed"] == [bob.user_id]


async def test_who_comes_and_goes_is_told_whatever_is_filtered(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(preset="public_chat")
    quiet = {"timeline": {"types": ["m.room.message"]}, "state": {"types": []}}
    filters: list[Any] = [quiet, {"rooms": []}, {"not_rooms": [room_id]}]
    for filtered in filters:
        options: dict[str, Any] = {"filter": json.dumps({"room": filtered})}
        await alice.sync(**options)
        (await bob.join(room_id)).ok()
        assert (await alice.sync(**options))["device_lists"]["changed"] == [bob.user_id]
        (await bob.leave(room_id)).ok()
        assert (await alice.sync(**options))["device_lists"]["left"] == [bob.user_id]


async def test_verifying_somebody_is_told_to_ones_own_devices(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(preset="private_chat")
    await alice.invite(room_id, bob)
    (await bob.join(room_id)).ok()
    mine, theirs = await cross_sign(alice), await cross_sign(bob)
    phone = await alice.another_device()
    await phone.sync()
    await bob.sync()
    signed = mine.user_signing.sign(theirs.public("master"))
    body = {bob.user_id: {theirs.master.public_key: signed}}
    (await alice.post("/keys/signatures/upload", body)).ok()
    assert (await phone.sync()).body["device_lists"]["changed"] == [bob.user_id]
    assert "device_lists" not in (await bob.sync()).body
