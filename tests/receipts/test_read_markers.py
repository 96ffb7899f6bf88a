"""setReadMarker: where somebody stopped reading for good."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import Answer, Person, segment
from tests.receipts.test_receipts import read, receipts, room_of


async def marker(who: Person, room_id: str) -> Answer:
    path = f"/user/{segment(who.user_id)}/rooms/{segment(room_id)}/account_data/m.fully_read"
    return await who.get(path)


async def set_markers(who: Person, room_id: str, markers: Any) -> Answer:
    return await who.post(f"/rooms/{segment(room_id)}/read_markers", markers)


async def test_a_marker_and_both_receipts_are_set_at_once(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    events = [await alice.say(room_id, text) for text in ("one", "two", "three")]
    markers = {"m.fully_read": events[0], "m.read": events[1], "m.read.private": events[2]}
    assert (await set_markers(bob, room_id, markers)).ok().body == {}
    assert (await marker(bob, room_id)).ok().body == {"event_id": events[0]}
    told = await receipts(bob, room_id)
    assert bob.user_id in told[events[1]]["m.read"]
    assert bob.user_id in told[events[2]]["m.read.private"]
    assert (await receipts(alice, room_id)).keys() == {events[1]}


async def test_a_marker_is_room_account_data_in_sync_and_no_receipt(
    alice: Person, bob: Person
) -> None:
    room_id = await room_of(alice, bob)
    event_id = await alice.say(room_id, "hello")
    await alice.sync()
    await bob.sync()
    (await read(bob, room_id, event_id, "m.fully_read")).ok()
    room = (await bob.sync())["rooms"]["join"][room_id]
    expected = [{"type": "m.fully_read", "content": {"event_id": event_id}}]
    assert room["account_data"]["events"] == expected
    assert room["ephemeral"]["events"] == []
    assert await receipts(alice, room_id) == {}


async def test_a_marker_never_moves_back(alice: Person) -> None:
    room_id = await room_of(alice)
    first, second = await alice.say(room_id, "one"), await alice.say(room_id, "two")
    (await set_markers(alice, room_id, {"m.fully_read": second})).ok()
    (await set_markers(alice, room_id, {"m.fully_read": first})).ok()
    assert (await marker(alice, room_id)).ok().body == {"event_id": second}


async def test_a_marker_does_not_touch_what_is_unread(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    event_id = await alice.say(room_id, "hello")
    (await set_markers(bob, room_id, {"m.fully_read": event_id})).ok()
    room = (await bob.sync())["rooms"]["join"][room_id]
    assert room["unread_notifications"]["notification_count"] == 1


async def test_no_markers_change_nothing(alice: Person) -> None:
    room_id = await room_of(alice)
    (await set_markers(alice, room_id, {})).ok()
    (await marker(alice, room_id)).refused(404, "M_NOT_FOUND")


async def test_when_one_of_the_events_is_unknown_nothing_is_set(alice: Person) -> None:
    room_id = await room_of(alice)
    event_id = await alice.say(room_id, "hello")
    markers = {"m.fully_read": event_id, "m.read": "$nothing"}
    (await set_markers(alice, room_id, markers)).refused(404, "M_NOT_FOUND")
    (await marker(alice, room_id)).refused(404, "M_NOT_FOUND")


async def test_a_stranger_can_not_set_markers(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice)
    event_id = await alice.say(room_id, "hello")
    (await set_markers(bob, room_id, {"m.read": event_id})).refused(403, "M_FORBIDDEN")
    (await set_markers(bob, "!nowhere", {})).refused(403, "M_FORBIDDEN")


@pytest.mark.parametrize("name", ["m.fully_read", "m.read", "m.read.private"])
@pytest.mark.parametrize("value", [3, None, "", [], {"event_id": "$x"}, "x" * 256])
async def test_markers_are_event_ids(alice: Person, name: str, value: Any) -> None:
    room_id = await room_of(alice)
    (await set_markers(alice, room_id, {name: value})).refused(400, "M_BAD_JSON")


async def test_markers_take_a_token_and_a_json_object(alice: Person) -> None:
    room_id = await room_of(alice)
    path = f"/rooms/{segment(room_id)}/read_markers"
    (await alice.call("POST", path, {}, token="")).refused(401, "M_MISSING_TOKEN")
    (await alice.call("POST", path, b"{")).refused(400, "M_NOT_JSON")
    (await alice.call("POST", path, [])).refused(400, "M_BAD_JSON")
