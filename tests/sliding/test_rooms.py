"""What is told of a room: its state as asked, its timeline, and to whom nothing is told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import Person
from tests.sliding.following import UNSTABLE, Following, bodies, everything


def with_state(*entries: list[str], limit: int = 1) -> dict[str, Any]:
    return everything(limit, required_state=list(entries))


def members(room: dict[str, Any]) -> set[str]:
    events = room["required_state"]
    return {event["state_key"] for event in events if event["type"] == "m.room.member"}


async def test_state_is_what_was_asked_for(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(preset="public_chat", name="Tea")
    await bob.join(room_id)
    following = Following(alice, with_state(["m.room.name", ""], ["m.room.member", "$ME"]))
    room = (await following.next())["rooms"][room_id]
    assert members(room) == {alice.user_id}
    assert {event["type"] for event in room["required_state"]} == {"m.room.name", "m.room.member"}
    following.asks = with_state(["m.room.member", "*"])
    assert members((await following.next())["rooms"][room_id]) == {bob.user_id}


async def test_members_come_as_they_speak(alice: Person, bob: Person, carol: Person) -> None:
    room_id = await alice.create_room(preset="public_chat")
    for person in (bob, carol):
        await person.join(room_id)
    await bob.say(room_id, "hello")
    following = Following(alice, with_state(["*", "*"], ["m.room.member", "$LAZY"]))
    first = (await following.next())["rooms"][room_id]
    assert "m.room.create" in {event["type"] for event in first["required_state"]}
    assert members(first) == {bob.user_id}
    following.asks = with_state(["m.room.member", "$LAZY"])
    await carol.say(room_id, "hello")
    assert members((await following.next())["rooms"][room_id]) == {carol.user_id}
    await carol.say(room_id, "again")
    assert members((await following.next())["rooms"][room_id]) == set()


async def test_a_larger_timeline_is_filled_with_older_events(alice: Person) -> None:
    room_id = await alice.create_room()
    for text in ("one", "two", "three"):
        await alice.say(room_id, text)
    following = Following(alice, with_state(limit=1))
    assert bodies((await following.next())["rooms"][room_id]) == ["three"]
    following.asks = with_state(limit=1) | {
        "room_subscriptions": {room_id: {"timeline_limit": 3, "required_state": []}}
    }
    room = (await following.next())["rooms"][room_id]
    assert bodies(room) == ["one", "two", "three"]
    assert (room["unstable_expanded_timeline"], room["num_live"]) == (True, 0)
    assert (await following.next())["rooms"] == {}
    assert "initial" not in room
    older = await alice.get(f"/rooms/{room_id}/messages", dir="b", **{"from": room["prev_batch"]})
    assert "one" not in [event["content"].get("body") for event in older.ok()["chunk"]]
    for place in (following.pos, room["prev_batch"]):
        (await alice.get(f"/rooms/{room_id}/messages", dir="b", **{"from": place})).ok()


async def test_heroes_name_a_room_that_has_no_name(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(preset="public_chat")
    await bob.join(room_id)
    following = Following(alice, with_state())
    room = (await following.next())["rooms"][room_id]
    assert [hero["user_id"] for hero in room["heroes"]] == [bob.user_id]
    assert "name" not in room
    await alice.set_state(room_id, "m.room.name", {"name": "Tea"})
    await alice.set_state(room_id, "m.room.avatar", {"url": "mxc://localhost/tea"})
    room = (await following.next())["rooms"][room_id]
    assert (room["name"], room["avatar"]) == ("Tea", "mxc://localhost/tea")
    assert "heroes" not in room
    await alice.set_state(room_id, "m.room.name", {})
    room = (await following.next())["rooms"][room_id]
    assert room["name"] is None
    assert room["heroes"]


async def test_unread_messages_are_counted(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(preset="public_chat")
    await bob.join(room_id)
    following = Following(bob, with_state())
    await following.next()
    event_id = await alice.say(room_id, "hello")
    room = (await following.next())["rooms"][room_id]
    assert (room["notification_count"], room["highlight_count"]) == (1, 0)
    await bob.post(f"/rooms/{room_id}/receipt/m.read/{event_id}", {})
    assert (await following.next())["rooms"][room_id]["notification_count"] == 0


async def test_an_invitation_shows_what_it_says_and_no_more(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(name="Tea", invite=[bob.user_id])
    await alice.say(room_id, "secret")
    following = Following(bob, everything())
    room = (await following.next())["rooms"][room_id]
    assert room.keys() == {"initial", "bump_stamp", "invite_state"}
    assert room["invite_state"][-1]["state_key"] == bob.user_id
    assert (await following.next())["rooms"] == {}
    await bob.join(room_id)
    room = (await following.next())["rooms"][room_id]
    assert (room["initial"], room["name"], room["joined_count"]) == (True, "Tea", 2)


STABLE_LIST = {"timeline_limit": 5, "required_state": {}, "range": [0, 9]}


@pytest.mark.parametrize("is_stable", [False, True])
@pytest.mark.parametrize("is_taken_back", [False, True])
async def test_the_end_of_an_invitation_is_told_and_is_none(
    alice: Person, bob: Person, is_taken_back: bool, is_stable: bool
) -> None:
    room_id = await alice.create_room(name="Tea", invite=[bob.user_id])
    asks = {"lists": {"all": STABLE_LIST}} if is_stable else everything()
    following = Following(bob, asks, is_stable)
    await following.next()
    if is_taken_back:
        (await alice.post(f"/rooms/{room_id}/kick", {"user_id": bob.user_id})).ok()
    else:
        await bob.leave(room_id)
    await alice.say(room_id, "secret")
    room = (await following.next())["rooms"][room_id]
    if is_stable:
        told = room["stripped_state"]
    else:
        assert "invite_state" not in room
        assert room["timeline"] == room["required_state"]
        told = room["timeline"]
    assert [(e["state_key"], e["content"]["membership"]) for e in told] == [(bob.user_id, "leave")]
    assert (await following.next())["rooms"] == {}


async def test_who_left_is_told_so_once_and_nothing_after(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(preset="public_chat")
    await bob.join(room_id)
    following = Following(bob, with_state(["m.room.member", "$ME"], ["m.room.topic", ""], limit=9))
    await following.next()
    await bob.leave(room_id)
    await alice.say(room_id, "secret")
    await alice.set_state(room_id, "m.room.topic", {"topic": "secret"})
    room = (await following.next())["rooms"][room_id]
    assert bodies(room) == []
    assert [event["content"]["membership"] for event in room["required_state"]] == ["leave"]
    answer = await following.next()
    assert (answer["rooms"], answer["lists"]["all"]["count"]) == ({}, 0)
    assert (await Following(bob, everything() | {"conn_id": "new"}).next())["rooms"] == {}


async def test_who_was_put_out_sees_the_room_up_to_there(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(preset="public_chat")
    await bob.join(room_id)
    await alice.post(f"/rooms/{room_id}/kick", {"user_id": bob.user_id})
    await alice.say(room_id, "secret")
    room = (await Following(bob, everything(limit=50)).next())["rooms"][room_id]
    assert bodies(room) == []
    assert room["timeline"][-1]["content"]["membership"] == "leave"


async def test_a_stranger_who_subscribes_is_told_nothing(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(preset="public_chat")
    wish = {"timeline_limit": 10, "required_state": [["*", "*"]]}
    asks = {"room_subscriptions": {room_id: wish, "!none:localhost": wish}}
    assert (await bob.post(UNSTABLE, asks)).ok()["rooms"] == {}
    assert (await alice.post(UNSTABLE, asks)).ok()["rooms"].keys() == {room_id}


async def test_a_signed_out_device_leaves_no_connection_behind(alice: Person) -> None:
    other = await alice.another_device()
    following = Following(other, everything())
    await following.next()
    await other.post("/logout")
    again = await alice.another_device()
    (await again.post(UNSTABLE, everything(), pos=following.pos)).refused(400, "M_UNKNOWN_POS")


async def test_the_timeline_of_who_comes_back_leads_to_the_state_that_holds(
    alice: Person, bob: Person
) -> None:
    """Bob may not see what happened without him, but the older name alone would be a wrong one."""
    room_id = await alice.create_room(preset="public_chat")
    await alice.set_state(room_id, "m.room.history_visibility", {"history_visibility": "joined"})
    await bob.join(room_id)
    await alice.set_state(room_id, "m.room.name", {"name": "Green tea"})
    await bob.leave(room_id)
    await alice.say(room_id, "a secret")
    await alice.set_state(room_id, "m.room.name", {"name": "Black tea"})
    await bob.join(room_id)
    room = (await Following(bob, with_state(["m.room.name", ""], limit=20)).next())["rooms"][
        room_id
    ]
    names = [e["content"]["name"] for e in room["timeline"] if e["type"] == "m.room.name"]
    assert names == ["Green tea", "Black tea"]
    assert "a secret" not in bodies(room)
