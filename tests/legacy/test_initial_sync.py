"""GET /initialSync and GET /rooms/{roomId}/initialSync."""

from __future__ import annotations

from typing import Any

from tests.people import Person
from tests.rooms.reading import NO_ROOM, messages, of, set_visibility, texts, together

ROOMS = "/rooms/{}/initialSync"


def room_of(body: Any, room_id: str) -> Any:
    (found,) = [room for room in body["rooms"] if room["room_id"] == room_id]
    return found


def types(events: list[Any]) -> set[str]:
    return {event["type"] for event in events}


async def test_it_tells_of_all_that_is_ones_own(alice: Person, bob: Person) -> None:
    shared = await together(alice, bob, visibility="public")
    said = [await alice.say(shared, f"tea {n}") for n in range(3)]
    await bob.post(of(shared, "receipt", "m.read", said[-1]))
    invited = await bob.create_room(name="Invited", invite=[alice.user_id])
    left = await alice.create_room()
    await alice.leave(left)
    await alice.put(f"/user/{alice.user_id}/account_data/x", {"a": 1})
    await alice.put(f"/user/{alice.user_id}/rooms/{shared}/tags/fav", {"order": 0.5})
    await alice.put(f"/presence/{alice.user_id}/status", {"presence": "online"})

    body = (await alice.get("/initialSync", limit=2)).ok().body
    assert {room["room_id"] for room in body["rooms"]} == {shared, invited}
    room = room_of(body, shared)
    assert (room["membership"], room["visibility"]) == ("join", "public")
    assert texts(room["messages"]["chunk"]) == ["tea 1", "tea 2"]
    assert {"m.room.create", "m.room.member", "m.room.power_levels"} <= types(room["state"])
    assert {event["room_id"] for event in room["state"]} == {shared}
    assert types(room["account_data"]) == {"m.tag"}
    invitation = room_of(body, invited)
    assert (invitation["membership"], invitation["inviter"]) == ("invite", bob.user_id)
    assert invitation["invite"]["state_key"] == alice.user_id
    for event in (invitation["invite"], *room["state"], *room["messages"]["chunk"]):
        assert event["user_id"] == event["sender"]
    assert types(body["account_data"]) == {"x"}
    assert alice.user_id in {event["content"]["user_id"] for event in body["presence"]}
    (receipt,) = body["receipts"]
    assert (receipt["room_id"], *receipt["content"]) == (shared, said[-1])
    # Its tokens lead on, into the past and into what comes.
    token = {"from": room["messages"]["start"]}
    assert texts((await messages(alice, shared, **token)).ok()["chunk"]) == ["tea 0"]
    await bob.say(shared, "more")
    later = (await alice.get("/events", timeout=0, **{"from": body["end"]})).ok()
    assert "more" in texts(later["chunk"])


async def test_who_is_new_sees_that_they_are_there(alice: Person) -> None:
    (presence,) = (await alice.get("/initialSync")).ok()["presence"]
    assert presence["content"]["user_id"] == alice.user_id
    assert presence["content"]["presence"] == "online"


async def test_rooms_that_were_left_are_told_when_asked_for(alice: Person) -> None:
    left = await alice.create_room()
    await alice.leave(left)
    body = (await alice.get("/initialSync", archived="true")).ok().body
    assert room_of(body, left)["membership"] == "leave"
    assert (await alice.get("/initialSync")).ok()["rooms"] == []
    (await alice.get("/initialSync", archived="perhaps")).refused(400, "M_INVALID_PARAM")
    (await alice.get("/initialSync", limit="-1")).refused(400, "M_INVALID_PARAM")


async def test_messages_to_devices_are_left_for_the_sync(alice: Person, bob: Person) -> None:
    messages = {"messages": {alice.user_id: {"*": {"a": 1}}}}
    (await bob.put("/sendToDevice/x/1", messages)).ok()
    end = (await alice.get("/initialSync")).ok()["end"]
    end = (await alice.get("/events", timeout=0, **{"from": end})).ok()["end"]
    (await alice.get("/events", timeout=0, **{"from": end})).ok()
    assert types((await alice.sync())["to_device"]["events"]) == {"x"}


async def test_a_room_begins_for_its_member_with_state_and_news(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    said = [await alice.say(room_id, f"tea {n}") for n in range(12)]
    await bob.post(of(room_id, "receipt", "m.read", said[-1]))
    await bob.put(f"/user/{bob.user_id}/rooms/{room_id}/account_data/x", {})
    await bob.put(f"/presence/{bob.user_id}/status", {"presence": "online"})
    body = (await bob.get(ROOMS.format(room_id), limit=5)).ok().body
    assert (body["room_id"], body["membership"]) == (room_id, "join")
    assert body["visibility"] == "private"
    assert texts(body["messages"]["chunk"]) == [f"tea {n}" for n in range(7, 12)]
    assert types(body["account_data"]) == {"x"}
    for event in (*body["state"], *body["messages"]["chunk"]):
        assert event["user_id"] == event["sender"]
    there = {event["sender"]: event["content"]["presence"] for event in body["presence"]}
    assert there == {alice.user_id: "offline", bob.user_id: "online"}
    assert list(body["receipts"][0]["content"]) == [said[-1]]
    token = {"from": body["messages"]["start"]}
    earlier = (await messages(bob, room_id, limit=2, **token)).ok()["chunk"]
    assert texts(earlier) == ["tea 6", "tea 5"]


async def test_who_left_sees_the_room_as_it_was_then(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    await alice.say(room_id, "before")
    await bob.leave(room_id)
    await alice.say(room_id, "after")
    await alice.set_state(room_id, "m.room.name", {"name": "New"})
    body = (await bob.get(ROOMS.format(room_id))).ok().body
    assert body["membership"] == "leave"
    assert texts(body["messages"]["chunk"]) == ["before"]
    assert "m.room.name" not in types(body["state"])
    assert body["receipts"] == body["presence"] == []


async def test_from_outside_a_room_is_seen_only_while_anyone_may_read_it(
    alice: Person, bob: Person
) -> None:
    room_id = await alice.create_room()
    await alice.say(room_id, "hidden")
    (await bob.get(ROOMS.format(room_id))).refused(403, "M_FORBIDDEN")
    (await bob.get(ROOMS.format(NO_ROOM))).refused(403, "M_FORBIDDEN")
    await set_visibility(alice, room_id, "world_readable")
    await alice.say(room_id, "shown")
    body = (await bob.get(ROOMS.format(room_id))).ok().body
    assert texts(body["messages"]["chunk"]) == ["shown"]
    assert "membership" not in body
    assert body["receipts"] == body["presence"] == body["account_data"] == []
    await set_visibility(alice, room_id, "joined")
    (await bob.get(ROOMS.format(room_id))).refused(403, "M_FORBIDDEN")
