"""What people say whom one ignores is left out; what they set of a room is not."""

from __future__ import annotations

import json
from typing import Any

from tests.people import Person
from tests.rooms.reading import V1, event, heard, history, of, together
from tests.rooms.test_aggregations import bundle, relate


async def ignore(person: Person, *others: Person) -> None:
    content: dict[str, Any] = {"ignored_users": {other.user_id: {} for other in others}}
    path = f"/user/{person.user_id}/account_data/m.ignored_user_list"
    (await person.put(path, content)).ok()


async def test_messages_of_ignored_people_are_left_out(
    alice: Person, bob: Person, carol: Person
) -> None:
    room_id = await together(alice, bob, carol)
    for person in (alice, bob, carol):
        await person.say(room_id, person.user_id)
    await ignore(alice, bob)
    assert await heard(alice, room_id) == [alice.user_id, carol.user_id]
    assert bob.user_id in await heard(carol, room_id)
    await ignore(alice)
    assert bob.user_id in await heard(alice, room_id)


async def test_state_that_ignored_people_set_is_still_there(alice: Person, bob: Person) -> None:
    room_id = await together(bob, alice)
    await ignore(alice, bob)
    (await bob.set_state(room_id, "m.room.topic", {"topic": "tea"})).ok()
    assert "m.room.topic" in [e["type"] for e in await history(alice, room_id)]


async def test_what_ignored_people_said_is_not_around_an_event(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    await bob.say(room_id, "before")
    middle = await alice.say(room_id, "middle")
    await bob.say(room_id, "after")
    await ignore(alice, bob)
    said = json.dumps({"types": ["m.room.message"]})
    around = (await alice.get(of(room_id, "context", middle), filter=said)).ok()
    assert (around["events_before"], around["events_after"]) == ([], [])
    (await event(alice, room_id, middle)).ok()


async def test_ignored_people_do_not_count_in_a_thread(
    alice: Person, bob: Person, carol: Person
) -> None:
    room_id = await together(alice, bob, carol)
    root = await alice.say(room_id, "root")
    heard = await relate(carol, room_id, root, "m.thread", body="heard")
    await relate(bob, room_id, root, "m.thread", body="not heard")
    await ignore(alice, bob)
    thread = (await bundle(alice, room_id, root))["m.thread"]
    assert (thread["count"], thread["latest_event"]["event_id"]) == (1, heard)
    related = (await alice.get(V1 + of(room_id, "relations", root))).ok()
    assert [e["event_id"] for e in related["chunk"]] == [heard]
    assert (await bundle(carol, room_id, root))["m.thread"]["count"] == 2


async def test_a_thread_that_ignored_people_began_has_an_empty_root(
    alice: Person, bob: Person
) -> None:
    room_id = await together(alice, bob)
    root = await bob.say(room_id, "root")
    await relate(alice, room_id, root, "m.thread", body="x")
    await ignore(alice, bob)
    listed = (await alice.get(V1 + of(room_id, "threads"))).ok()["chunk"]
    assert [(e["event_id"], e["content"]) for e in listed] == [(root, {})]
