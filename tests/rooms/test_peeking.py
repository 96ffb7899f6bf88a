"""What anyone may read of a room that is open to all readers, without being in it."""

from __future__ import annotations

from typing import Any

from tests.people import Answer, Person, segment
from tests.rooms.reading import V1, of, set_visibility, with_visibility


async def read_everything(person: Person, room_id: str, event_id: str) -> dict[str, Answer]:
    v1 = f"{V1}/rooms/{segment(room_id)}"
    paths: dict[str, tuple[str, dict[str, Any]]] = {
        "messages": (of(room_id, "messages"), {"dir": "b"}),
        "state": (of(room_id, "state"), {}),
        "one state": (of(room_id, "state", "m.room.create"), {}),
        "event": (of(room_id, "event", event_id), {}),
        "context": (of(room_id, "context", event_id), {}),
        "members": (of(room_id, "members"), {}),
        "aliases": (of(room_id, "aliases"), {}),
        "initialSync": (of(room_id, "initialSync"), {}),
        "events": ("/events", {"room_id": room_id, "timeout": 0}),
        "relations": (f"{v1}/relations/{segment(event_id)}", {}),
        "threads": (f"{v1}/threads", {}),
        "by time": (f"{v1}/timestamp_to_event", {"ts": 0, "dir": "f"}),
        "hierarchy": (f"{v1}/hierarchy", {}),
        "summary": (f"{V1}/room_summary/{segment(room_id)}", {}),
    }
    return {name: await person.get(path, **query) for name, (path, query) in paths.items()}


async def test_a_stranger_reads_all_of_it_but_is_no_member(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(**with_visibility("world_readable"))
    event_id = await alice.say(room_id, "tea?")
    for name, answer in (await read_everything(bob, room_id, event_id)).items():
        assert answer.status == 200, (name, answer.body)
    (await bob.get(of(room_id, "joined_members"))).refused(403, "M_FORBIDDEN")
    (await bob.send(room_id, {"body": "yes"})).refused(403, "M_FORBIDDEN")
    receipt = of(room_id, "receipt", "m.read", event_id)
    (await bob.post(receipt)).refused(403, "M_FORBIDDEN")
    assert (await bob.get("/joined_rooms")).ok()["joined_rooms"] == []
    assert "join" not in (await bob.sync()).body.get("rooms", {})


async def test_as_soon_as_it_is_closed_nothing_is_read(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(**with_visibility("world_readable"))
    event_id = await alice.say(room_id, "tea?")
    await set_visibility(alice, room_id, "shared")
    answers = await read_everything(bob, room_id, event_id)
    # What was said while it was open stays readable one by one, to who knows its id.
    for name in ("event", "relations"):
        assert answers.pop(name).status == 200
    for name, answer in answers.items():
        assert answer.status in (403, 404), (name, answer.body)
