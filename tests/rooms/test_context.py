"""GET /rooms/{roomId}/context/{eventId}: what was said around an event."""

from __future__ import annotations

import json

from tests.people import Answer, Person
from tests.rooms.reading import NO_ROOM, messages, of, texts, together, with_visibility


async def context(person: Person, room_id: str, event_id: str, **query: object) -> Answer:
    return await person.get(of(room_id, "context", event_id), **query)


async def test_an_event_stands_between_what_was_said_before_and_after(alice: Person) -> None:
    room_id = await together(alice)
    ids = [await alice.say(room_id, str(number)) for number in range(7)]
    found = (await context(alice, room_id, ids[3], limit=4)).ok()
    assert found["event"]["event_id"] == ids[3]
    assert texts(found["events_before"]) == ["2", "1"]
    assert texts(found["events_after"]) == ["4", "5"]


async def test_its_tokens_lead_on_in_both_directions(alice: Person) -> None:
    room_id = await together(alice)
    ids = [await alice.say(room_id, str(number)) for number in range(7)]
    found = (await context(alice, room_id, ids[3], limit=2)).ok()
    earlier = await messages(alice, room_id, "b", limit=2, **{"from": found["start"]})
    later = await messages(alice, room_id, "f", **{"from": found["end"]})
    assert texts(earlier["chunk"]) == ["1", "0"]
    assert texts(later["chunk"]) == ["5", "6"]


async def test_at_the_ends_its_tokens_lead_nowhere(alice: Person) -> None:
    room_id = await together(alice)
    event_id = await alice.say(room_id, "alone")
    found = (await context(alice, room_id, event_id, limit=100)).ok()
    assert found["events_after"] == []
    for dir, name in (("b", "start"), ("f", "end")):
        assert (await messages(alice, room_id, dir, **{"from": found[name]}))["chunk"] == []


async def test_without_a_limit_of_its_own_the_event_is_still_there(alice: Person) -> None:
    room_id = await together(alice)
    ids = [await alice.say(room_id, str(number)) for number in range(3)]
    found = (await context(alice, room_id, ids[1], limit=0)).ok()
    assert (found["events_before"], found["events_after"]) == ([], [])
    assert found["event"]["event_id"] == ids[1]
    later = await messages(alice, room_id, "f", **{"from": found["end"]})
    assert texts(later["chunk"]) == ["2"]


async def test_the_state_is_that_of_the_last_event(alice: Person) -> None:
    room_id = await together(alice, name="Tea")
    event_id = await alice.say(room_id, "x")
    (await alice.set_state(room_id, "m.room.name", {"name": "Coffee"})).ok()

    async def name(limit: int) -> str:
        state = (await context(alice, room_id, event_id, limit=limit)).ok()["state"]
        found: str = next(e["content"]["name"] for e in state if e["type"] == "m.room.name")
        return found

    assert await name(0) == "Tea"
    assert await name(2) == "Coffee"


async def test_a_filter_is_for_what_is_around_the_event_not_for_itself(
    alice: Person, bob: Person
) -> None:
    room_id = await together(alice, bob)
    await bob.say(room_id, "his")
    event_id = await alice.say(room_id, "hers")
    await bob.say(room_id, "his too")
    wanted = {"senders": [bob.user_id], "types": ["m.room.message"], "lazy_load_members": True}
    found = (await context(alice, room_id, event_id, filter=json.dumps(wanted))).ok()
    assert texts([found["event"]]) == ["hers"]
    assert texts(found["events_before"] + found["events_after"]) == ["his", "his too"]
    assert found["state"] == []
    wrong = await context(alice, room_id, event_id, filter="no filter")
    wrong.refused(400, "M_INVALID_PARAM")


async def test_lazily_loaded_members_are_those_who_speak(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    event_id = await alice.say(room_id, "x")
    lazy = json.dumps({"lazy_load_members": True})
    state = (await context(alice, room_id, event_id, limit=0, filter=lazy)).ok()["state"]
    members = [e["state_key"] for e in state if e["type"] == "m.room.member"]
    assert members == [alice.user_id]
    assert "m.room.create" in [e["type"] for e in state]


async def test_nothing_hidden_stands_around_an_event(alice: Person, bob: Person) -> None:
    room_id = await together(alice, **with_visibility("joined"))
    hidden = await alice.say(room_id, "hidden")
    await bob.join(room_id)
    event_id = await alice.say(room_id, "seen")
    await bob.leave(room_id)
    await alice.say(room_id, "later")
    found = (await context(bob, room_id, event_id, limit=20)).ok()
    assert texts(found["events_before"] + found["events_after"]) == []
    (await context(bob, room_id, hidden)).refused(404, "M_NOT_FOUND")


async def test_a_stranger_can_not_tell_a_room_from_none(alice: Person, carol: Person) -> None:
    room_id = await together(alice)
    event_id = await alice.say(room_id, "x")
    theirs = (await context(carol, room_id, event_id)).refused(403, "M_FORBIDDEN")
    missing = (await context(carol, NO_ROOM, event_id)).refused(403, "M_FORBIDDEN")
    assert theirs.body == missing.body
    (await context(alice, room_id, "$none")).refused(404, "M_NOT_FOUND")
