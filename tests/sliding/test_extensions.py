"""What is told besides rooms, and only to who enables it."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.people import Person, segment
from tests.sliding.following import UNSTABLE, Following, everything


def with_extension(name: str, **options: Any) -> dict[str, Any]:
    return everything() | {"extensions": {name: {"enabled": True} | options}}


async def send_to(sender: Person, recipient: Person, text: str) -> None:
    messages = {recipient.user_id: {recipient.device_id: {"text": text}}}
    await sender.put(f"/sendToDevice/x.test/{text}", {"messages": messages})


def texts(answer: Any) -> list[str]:
    events = answer["extensions"]["to_device"].get("events", [])
    return [event["content"]["text"] for event in events]


async def test_nothing_is_told_that_is_not_enabled(alice: Person, bob: Person) -> None:
    await send_to(bob, alice, "hidden")
    assert (await Following(alice, everything()).next())["extensions"] == {}
    disabled = everything() | {"extensions": {"to_device": {"enabled": False}, "x.other": {}}}
    assert (await Following(alice, disabled).next())["extensions"] == {}


async def test_messages_to_the_device_come_until_they_are_acknowledged(
    alice: Person, bob: Person
) -> None:
    for text in ("one", "two", "three"):
        await send_to(bob, alice, text)
    following = Following(alice, with_extension("to_device", limit=2))
    answer = await following.next()
    assert texts(answer) == ["one", "two"]
    assert texts(await following.ask()) == ["one", "two"]
    since = answer["extensions"]["to_device"]["next_batch"]
    following.asks = with_extension("to_device", limit=2, since=since)
    answer = await following.next()
    assert texts(answer) == ["three"]
    # What was acknowledged is gone, whatever is asked for.
    following.asks = with_extension("to_device")
    assert texts(await following.next()) == ["three"]


async def test_a_message_to_the_device_wakes_who_waits(alice: Person, bob: Person) -> None:
    following = Following(alice, with_extension("to_device"))
    answer = await following.next()
    since = answer["extensions"]["to_device"]["next_batch"]
    following.asks = with_extension("to_device", since=since)
    waiting = asyncio.create_task(following.next(timeout=30_000))
    await asyncio.sleep(0.1)
    await send_to(bob, alice, "wake")
    async with asyncio.timeout(10):
        assert texts(await waiting) == ["wake"]


async def test_a_token_of_the_inbox_that_is_none_is_refused(alice: Person) -> None:
    asks = with_extension("to_device", since="nonsense")
    (await alice.post(UNSTABLE, asks)).refused(400, "M_INVALID_PARAM")


async def test_key_counts_come_each_time_and_device_lists_when_they_change(
    alice: Person, bob: Person
) -> None:
    room_id = await alice.create_room(preset="public_chat")
    following = Following(alice, with_extension("e2ee"))
    first = (await following.next())["extensions"]["e2ee"]
    assert first["device_one_time_keys_count"] == {"signed_curve25519": 0}
    assert first["device_unused_fallback_key_types"] == []
    assert "device_lists" not in first
    await bob.join(room_id)
    answer = await following.next()
    assert answer["extensions"]["e2ee"]["device_lists"]["changed"] == [bob.user_id]
    await bob.leave(room_id)
    answer = await following.next()
    assert answer["extensions"]["e2ee"]["device_lists"]["left"] == [bob.user_id]


async def test_who_enables_device_lists_late_looks_at_everyone_again(
    alice: Person, bob: Person
) -> None:
    room_id = await alice.create_room(preset="public_chat")
    await bob.join(room_id)
    following = Following(alice, everything())
    await following.next()
    following.asks = with_extension("e2ee")
    changed = (await following.next())["extensions"]["e2ee"]["device_lists"]["changed"]
    assert changed == sorted([alice.user_id, bob.user_id])


async def test_account_data_comes_whole_and_then_as_it_changes(alice: Person) -> None:
    room_id = await alice.create_room()
    path = f"/user/{segment(alice.user_id)}"
    await alice.put(f"{path}/account_data/x.test", {"n": 1})
    await alice.put(f"{path}/rooms/{segment(room_id)}/account_data/x.room", {"n": 2})
    following = Following(alice, with_extension("account_data"))
    told = (await following.next())["extensions"]["account_data"]
    assert {"m.push_rules", "x.test"} <= {event["type"] for event in told["global"]}
    assert told["rooms"] == {room_id: [{"type": "x.room", "content": {"n": 2}}]}
    await alice.put(f"{path}/account_data/x.test", {"n": 3})
    answer = await following.next()
    told = answer["extensions"]["account_data"]
    assert told == {"global": [{"type": "x.test", "content": {"n": 3}}], "rooms": {}}
    assert answer["rooms"] == {}


async def test_receipts_and_typing_are_told_of_rooms_in_scope_only(
    alice: Person, bob: Person
) -> None:
    quiet = await alice.create_room(preset="public_chat")
    room_id = await alice.create_room(preset="public_chat")
    for room in (quiet, room_id):
        await bob.join(room)
    event_id = await alice.say(room_id, "read this")
    asks = everything() | {
        "room_subscriptions": {room_id: {"timeline_limit": 1, "required_state": []}},
        "extensions": {
            "receipts": {"enabled": True, "lists": []},
            "typing": {"enabled": True, "lists": [], "rooms": [room_id]},
        },
    }
    following = Following(alice, asks)
    assert (await following.next())["extensions"] == {
        "receipts": {"rooms": {}},
        "typing": {"rooms": {}},
    }
    await bob.post(f"/rooms/{segment(room_id)}/receipt/m.read/{segment(event_id)}", {})
    for room in (quiet, room_id):
        path = f"/rooms/{segment(room)}/typing/{segment(bob.user_id)}"
        await bob.put(path, {"typing": True, "timeout": 30_000})
    told = (await following.next())["extensions"]
    read = told["receipts"]["rooms"][room_id]["content"][event_id]["m.read"]
    assert bob.user_id in read
    typing = {"type": "m.typing", "content": {"user_ids": [bob.user_id]}}
    assert told["typing"]["rooms"] == {room_id: typing}
