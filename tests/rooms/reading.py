"""Ways to ask for what a room has to say."""

from __future__ import annotations

from typing import Any

from tests.people import Answer, Person, segment

NO_ROOM = "!" + "A" * 43
"""The id of a room that does not exist, of the right form."""

V1 = "/_matrix/client/v1"


def of(room_id: str, *parts: str) -> str:
    return "/".join(("/rooms", segment(room_id), *(segment(part) for part in parts)))


async def messages(person: Person, room_id: str, dir: str = "b", **query: Any) -> Answer:
    return await person.get(of(room_id, "messages"), dir=dir, **query)


async def event(person: Person, room_id: str, event_id: str) -> Answer:
    return await person.get(of(room_id, "event", event_id))


def texts(events: list[Any]) -> list[str]:
    """What was said in these events; everything else is left out."""
    return [e["content"]["body"] for e in events if "body" in e["content"]]


async def history(person: Person, room_id: str) -> list[Any]:
    """All that the person may see, oldest first, a few events at a time."""
    found: list[Any] = []
    token = None
    while True:
        answer = (await messages(person, room_id, "f", limit=3, **{"from": token})).ok()
        found += answer["chunk"]
        token = answer.body.get("end")
        if token is None:
            return found


async def heard(person: Person, room_id: str) -> list[str]:
    return texts(await history(person, room_id))


async def together(owner: Person, *others: Person, **options: Any) -> str:
    """A room that all of them are in."""
    room_id = await owner.create_room(preset="public_chat", **options)
    for other in others:
        (await other.join(room_id)).ok()
    return room_id


async def set_visibility(person: Person, room_id: str, visibility: str) -> str:
    content = {"history_visibility": visibility}
    event_id: str = (await person.set_state(room_id, "m.room.history_visibility", content)).ok()[
        "event_id"
    ]
    return event_id


def with_visibility(visibility: str) -> dict[str, Any]:
    """What to create a room with."""
    content = {"history_visibility": visibility}
    return {"initial_state": [{"type": "m.room.history_visibility", "content": content}]}
