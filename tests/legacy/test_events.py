"""GET /events, of everything and of one room, and GET /events/{eventId}."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.people import Answer, Person, segment
from tests.rooms.reading import NO_ROOM, event, of, set_visibility, texts, together, with_visibility

TIMEOUT_MS = 60_000


async def events(
    person: Person, since: str | None = None, *, timeout: int = 0, **query: Any
) -> Answer:
    return (await person.get("/events", **{"from": since}, timeout=timeout, **query)).ok()


def types(page: Answer) -> list[str]:
    return [event["type"] for event in page["chunk"]]


async def follow(
    person: Person, since: str, type: str, *, until: int = 1, **query: Any
) -> list[Any]:
    """Asks on until there are so many events of this type."""
    found: list[Any] = []
    while len(found) < until:
        answer = await events(person, since, timeout=TIMEOUT_MS, **query)
        assert answer["start"] == since
        found += [event for event in answer["chunk"] if event["type"] == type]
        since = answer["end"]
    return found


async def test_everything_that_is_ones_own_comes_in_one_list(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    end = (await events(alice))["end"]
    said = await bob.say(room_id, "tea?")
    invited = await bob.create_room(invite=[alice.user_id])
    await bob.post(of(room_id, "receipt", "m.read", said))
    await bob.put(of(room_id, "typing", bob.user_id), {"typing": True, "timeout": 30_000})
    await alice.put(f"/user/{alice.user_id}/account_data/x", {})
    await alice.put(f"/user/{alice.user_id}/rooms/{room_id}/account_data/y", {})
    found = (await events(alice, end))["chunk"]
    by_type = {one["type"]: one for one in found if one["type"] != "m.presence"}
    assert by_type.keys() == {
        "m.room.message", "m.room.member", "m.receipt", "m.typing", "x", "y"
    }  # fmt: skip
    for type in ("m.room.message", "m.receipt", "m.typing", "y"):
        assert by_type[type]["room_id"] == room_id
    invitation = by_type["m.room.member"]
    assert (invitation["room_id"], invitation["state_key"]) == (invited, alice.user_id)
    assert invitation["event_id"].startswith("$")
    # Its older name, by which many bots know a sender.
    for type in ("m.room.message", "m.room.member"):
        assert by_type[type]["user_id"] == by_type[type]["sender"] == bob.user_id
    assert "room_id" not in by_type["x"]


async def test_who_waits_is_answered_when_something_happens(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    await alice.put(f"/presence/{alice.user_id}/status", {"presence": "online"})
    end = (await events(alice))["end"]
    waiting = asyncio.create_task(follow(alice, end, "m.room.message"))
    await bob.say(room_id, "tea?")
    assert texts(await waiting) == ["tea?"]


async def test_of_a_room_one_comes_into_nothing_is_told_that_was_before(
    alice: Person, bob: Person
) -> None:
    room_id = await together(alice)
    await alice.say(room_id, "before")
    end = (await events(bob))["end"]
    await bob.join(room_id)
    await alice.say(room_id, "after")
    found = (await events(bob, end))["chunk"]
    assert texts([one for one in found if one.get("room_id") == room_id]) == ["after"]
    assert bob.user_id in [one.get("state_key") for one in found]
    end = (await events(bob))["end"]
    await alice.say(room_id, "again")
    await bob.put(f"/profile/{bob.user_id}/displayname", {"displayname": "Bob"})
    found = (await events(bob, end))["chunk"]
    assert texts([one for one in found if one["type"] == "m.room.message"]) == ["again"]


async def test_what_is_no_token_is_refused(alice: Person) -> None:
    for query in ({}, {"room_id": await alice.create_room()}):
        answer = await alice.get("/events", **{"from": "yesterday"}, **query)
        answer.refused(400, "M_INVALID_PARAM")
    (await alice.get("/events?room_id=%00")).refused(400, "M_INVALID_PARAM")
    for wrong in ({"limit": "-2"}, {"limit": "hello"}, {"timeout": "soon"}):
        (await alice.get("/events", **wrong)).refused(400, "M_INVALID_PARAM")


async def test_one_room_is_followed_from_inside(alice: Person, bob: Person) -> None:
    room_id, other = await together(alice, bob), await together(alice, bob)
    end = (await events(bob, room_id=room_id))["end"]
    await alice.say(other, "elsewhere")
    await alice.say(room_id, "here")
    answer = await events(bob, end, room_id=room_id)
    assert texts(answer["chunk"]) == ["here"]
    assert answer["chunk"][0]["user_id"] == answer["chunk"][0]["sender"] == alice.user_id
    assert (await events(bob, answer["end"], room_id=room_id))["chunk"] == []


async def test_one_room_is_followed_from_outside_while_anyone_may_read_it(
    alice: Person, bob: Person
) -> None:
    room_id = await alice.create_room()
    path = f"/events?room_id={segment(room_id)}"
    (await bob.get(path)).refused(403, "M_FORBIDDEN")
    (await bob.get(f"/events?room_id={segment(NO_ROOM)}")).refused(403, "M_FORBIDDEN")
    await alice.say(room_id, "hidden")
    await set_visibility(alice, room_id, "world_readable")
    end = (await events(bob, room_id=room_id))["end"]
    waiting = asyncio.create_task(follow(bob, end, "m.room.message", until=2, room_id=room_id))
    for text in ("one", "two"):
        await alice.say(room_id, text)
    assert texts(await waiting) == ["one", "two"]
    assert texts((await events(bob, "s0", room_id=room_id))["chunk"]) == ["one", "two"]
    await set_visibility(alice, room_id, "shared")
    (await bob.get(path)).refused(403, "M_FORBIDDEN")


async def test_who_follows_from_outside_is_told_who_reads_and_types_but_not_who_is_there(
    alice: Person, bob: Person
) -> None:
    room_id = await alice.create_room(preset="public_chat", **with_visibility("world_readable"))
    said = await alice.say(room_id, "tea?")
    await alice.sync()
    end = (await events(bob, room_id=room_id))["end"]
    for type, act in (
        ("m.receipt", alice.post(of(room_id, "receipt", "m.read", said))),
        ("m.typing", alice.put(of(room_id, "typing", alice.user_id), {"typing": True})),
    ):
        waiting = asyncio.create_task(follow(bob, end, type, room_id=room_id))
        (await act).ok()
        (event, *_) = await waiting
        assert event["room_id"] == room_id
    away = {"presence": "unavailable", "status_msg": "Making tea"}
    (await alice.put(f"/presence/{alice.user_id}/status", away)).ok()
    assert "m.presence" not in types(await events(bob, end, room_id=room_id))
    (await bob.join(room_id)).ok()
    assert "m.presence" in types(await events(bob, end, room_id=room_id))
    private = await alice.say(room_id, "more")
    end = (await events(bob, room_id=room_id))["end"]
    (await alice.post(of(room_id, "receipt", "m.read.private", private))).ok()
    assert "m.receipt" not in types(await events(bob, end, room_id=room_id))


async def test_a_long_past_comes_in_pages(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    end = (await events(bob, room_id=room_id))["end"]
    await asyncio.gather(*(alice.say(room_id, str(n)) for n in range(120)))
    first = await events(bob, end, room_id=room_id)
    rest = await events(bob, first["end"], room_id=room_id)
    said = [[e for e in page["chunk"] if "event_id" in e] for page in (first, rest)]
    assert len(said[0]) == 100
    assert len({e["event_id"] for page in said for e in page}) == 120


async def test_an_event_is_found_without_its_room_by_who_may_see_it(
    alice: Person, bob: Person, carol: Person
) -> None:
    room_id = await together(alice, bob)
    said = await alice.say(room_id, "tea?")
    path = f"/events/{segment(said)}"
    found = (await bob.get(path)).ok()
    assert found["room_id"] == room_id
    assert found["content"] == (await event(bob, room_id, said)).ok()["content"]
    (await carol.get(path)).refused(404, "M_NOT_FOUND")
    (await alice.get("/events/$nothing")).refused(404, "M_NOT_FOUND")


async def test_who_makes_a_room_is_told_of_it_from_its_first_event_on(alice: Person) -> None:
    end = (await events(alice))["end"]
    room_id = await alice.create_room()
    found = (await events(alice, end))["chunk"]
    of_room = [one["type"] for one in found if one.get("room_id") == room_id]
    assert of_room[:2] == ["m.room.create", "m.room.member"]
