"""Whoever is ignored is not heard of by sync."""

from __future__ import annotations

import json

from teahouse.homeserver.sync.room_section import MAX_FILTER_ROUNDS
from tests.people import Person, segment


async def ignore(person: Person, *others: Person) -> None:
    path = f"/user/{segment(person.user_id)}/account_data/m.ignored_user_list"
    (await person.put(path, {"ignored_users": {other.user_id: {} for other in others}})).ok()


async def heard(person: Person, room_id: str, *, timeout: int = 0) -> list[str]:
    room = (await person.sync(timeout=timeout)).body.get("rooms", {}).get("join", {})
    events = room.get(room_id, {}).get("timeline", {}).get("events", [])
    return [event["content"]["body"] for event in events if "body" in event["content"]]


async def test_messages_of_ignored_people_are_left_out_until_they_are_heard_again(
    alice: Person, bob: Person, carol: Person
) -> None:
    room_id = await alice.create_room(preset="public_chat")
    await bob.join(room_id)
    await carol.join(room_id)
    await alice.sync()
    await ignore(alice, bob)
    await bob.say(room_id, "ignored")
    await carol.say(room_id, "heard")
    assert await heard(alice, room_id) == ["heard"]
    await bob.say(room_id, "ignored too")
    assert await heard(alice, room_id) == []
    await ignore(alice)
    await bob.say(room_id, "heard again")
    assert await heard(alice, room_id) == ["heard again"]
    alice.since = None
    assert await heard(alice, room_id) == ["ignored", "heard", "ignored too", "heard again"]


async def test_an_invitation_of_someone_ignored_is_not_shown(alice: Person, bob: Person) -> None:
    await ignore(alice, bob)
    await bob.create_room(invite=[alice.user_id])
    assert "invite" not in (await alice.sync()).body.get("rooms", {})
    await ignore(alice)
    alice.since = None
    assert len((await alice.sync())["rooms"]["invite"]) == 1


async def test_what_was_said_before_many_words_of_someone_ignored_is_not_passed_over(
    alice: Person, bob: Person, carol: Person
) -> None:
    room_id = await alice.create_room(preset="public_chat")
    await bob.join(room_id)
    await carol.join(room_id)
    await ignore(alice, bob)
    since = (await alice.sync())["next_batch"]
    await carol.say(room_id, "heard")
    for _ in range(2 * MAX_FILTER_ROUNDS + 1):
        await bob.say(room_id, "ignored")
    one = json.dumps({"room": {"timeline": {"limit": 1}}})
    answer = (await alice.get("/sync", since=since, filter=one, timeout=0)).ok()
    timeline = answer["rooms"]["join"][room_id]["timeline"]
    assert (timeline["events"], timeline["limited"]) == ([], True)
    place = {"from": timeline["prev_batch"], "dir": "b"}
    before = (await alice.get(f"/rooms/{room_id}/messages", **place)).ok()["chunk"]
    assert before[0]["content"] == {"msgtype": "m.text", "body": "heard"}
