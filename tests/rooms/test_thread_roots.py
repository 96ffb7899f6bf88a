"""What a thread may begin at."""

from __future__ import annotations

from typing import Any

from tests.people import Answer, Person
from tests.rooms.reading import together


async def relate(person: Person, room_id: str, **relates_to: Any) -> Answer:
    return await person.send(room_id, {"body": "tea", "m.relates_to": relates_to})


async def in_thread(person: Person, room_id: str, root: str) -> Answer:
    return await relate(person, room_id, rel_type="m.thread", event_id=root)


async def test_a_thread_begins_at_a_message_or_at_a_plain_reply(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    root = await alice.say(room_id, "tea?")
    (await in_thread(bob, room_id, root)).ok()
    (await in_thread(alice, room_id, root)).ok()
    reply = {"m.in_reply_to": {"event_id": root}}
    answered = (await relate(bob, room_id, **reply)).ok()["event_id"]
    (await in_thread(alice, room_id, answered)).ok()


async def test_it_does_not_begin_at_what_relates_to_another_event(
    alice: Person, bob: Person
) -> None:
    room_id = await together(alice, bob)
    root = await alice.say(room_id, "tea?")
    in_it = (await in_thread(bob, room_id, root)).ok()["event_id"]
    refers = await relate(bob, room_id, rel_type="m.reference", event_id=root)
    unknown = await relate(bob, room_id, rel_type="org.example.any", event_id="$nothing")
    annotation = {"rel_type": "m.annotation", "event_id": root, "key": "+"}
    reaction = await bob.send(room_id, {"m.relates_to": annotation}, type="m.reaction")
    for related in (in_it, *(answer.ok()["event_id"] for answer in (refers, unknown, reaction))):
        (await in_thread(alice, room_id, related)).refused(400, "M_UNKNOWN")
    # The thread that is there goes on.
    (await in_thread(alice, room_id, root)).ok()
