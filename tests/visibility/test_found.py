"""What the oracle found, each by its name."""

from __future__ import annotations

import json

from tests.people import Person
from tests.rooms.reading import V1, event, of, set_visibility, texts, together, with_visibility
from tests.sliding.following import Following, everything


async def test_who_forgot_a_room_is_not_shown_its_events_by_their_ids(
    alice: Person, bob: Person
) -> None:
    room_id = await together(alice, bob)
    said = await alice.say(room_id, "tea")
    await bob.leave(room_id)
    (await event(bob, room_id, said)).ok()
    (await bob.post(of(room_id, "forget"))).ok()
    (await event(bob, room_id, said)).refused(404, "M_NOT_FOUND")
    related = V1 + of(room_id, "relations", said)
    (await bob.get(related)).refused(404, "M_NOT_FOUND")
    (await bob.join(room_id)).ok()
    (await event(bob, room_id, said)).ok()


async def test_who_forgot_a_room_that_the_world_may_read_reads_it_as_the_world_does(
    alice: Person, bob: Person
) -> None:
    room_id = await together(alice, bob)
    before = await alice.say(room_id, "for members")
    await bob.leave(room_id)
    (await bob.post(of(room_id, "forget"))).ok()
    await set_visibility(alice, room_id, "world_readable")
    after = await alice.say(room_id, "for everybody")
    (await event(bob, room_id, before)).refused(404, "M_NOT_FOUND")
    (await event(bob, room_id, after)).ok()


async def test_who_came_went_and_forgot_the_room_is_told_of_it_as_it_was_and_nothing_said_there(
    alice: Person, bob: Person
) -> None:
    room_id = await alice.create_room(preset="public_chat", topic="tea")
    (await alice.invite(room_id, bob)).ok()
    await bob.sync()
    following = Following(bob, everything())
    await following.next()
    (await bob.join(room_id)).ok()
    await alice.say(room_id, "for members")
    await bob.leave(room_id)
    (await bob.post(of(room_id, "forget"))).ok()
    await set_visibility(alice, room_id, "world_readable")
    (await alice.set_state(room_id, "m.room.topic", {"topic": "coffee"})).ok()
    left = (await bob.sync())["rooms"]["leave"][room_id]
    room = (await following.next())["rooms"][room_id]
    for state, timeline in (
        (left["state"]["events"], left["timeline"]["events"]),
        (room["required_state"], room["timeline"]),
    ):
        told = [*state, *timeline]
        assert {e["content"]["topic"] for e in told if e["type"] == "m.room.topic"} == {"tea"}
        assert timeline[-1]["content"]["membership"] == "leave"
        assert texts(timeline) == []


async def test_state_that_was_set_while_one_was_away_is_told_in_a_sync(
    alice: Person, bob: Person
) -> None:
    room_id = await together(alice, bob, **with_visibility("joined"))
    await bob.say(room_id, "seen")
    await bob.leave(room_id)
    first = (await alice.set_state(room_id, "m.room.topic", {"topic": "te"})).ok()
    between = await alice.say(room_id, "not seen")
    hidden = (await alice.set_state(room_id, "m.room.topic", {"topic": "tea"})).ok()["event_id"]
    superseded = first["event_id"]
    (await bob.join(room_id)).ok()
    filter = json.dumps({"room": {"timeline": {"limit": 50}}})
    room = (await bob.sync(filter=filter))["rooms"]["join"][room_id]
    told = [event["event_id"] for event in room["timeline"]["events"]]
    assert hidden in told
    assert not {between, superseded} & set(told)


async def test_who_refuses_an_invitation_is_told_nothing_but_that(
    alice: Person, bob: Person
) -> None:
    await bob.sync()
    room_id = await alice.create_room(preset="private_chat", topic="tea")
    (await alice.invite(room_id, bob)).ok()
    (await bob.leave(room_id)).ok()
    news = await bob.sync(full_state="true")
    bob.since = None
    everything = await bob.sync(filter='{"room":{"include_leave":true}}')
    for answer in (news, everything):
        room = answer["rooms"]["leave"][room_id]
        assert [e["content"]["membership"] for e in room["timeline"]["events"]] == ["leave"]
        assert room["state"]["events"] == []
        assert "summary" not in room
