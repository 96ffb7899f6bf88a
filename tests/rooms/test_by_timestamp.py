"""The event next to a moment."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.people import Answer, Person, segment
from tests.rooms.reading import NO_ROOM, V1, event, set_visibility, together


async def near(person: Person, room_id: str, **query: Any) -> Answer:
    return await person.get(f"{V1}/rooms/{segment(room_id)}/timestamp_to_event", **query)


async def told(person: Person, room_id: str, count: int) -> list[tuple[str, int]]:
    """(event_id, origin_server_ts) of messages that are a little apart from each other."""
    said = []
    for n in range(count):
        await asyncio.sleep(0.005)
        event_id = await person.say(room_id, f"{n}")
        shown = (await event(person, room_id, event_id)).ok()
        said.append((event_id, shown["origin_server_ts"]))
    await asyncio.sleep(0.005)
    return said


async def test_the_closest_event_is_found_in_each_direction(alice: Person) -> None:
    room_id = await together(alice)
    (first, _), (second, ts), (third, later) = await told(alice, room_id, 3)
    on_it = (await near(alice, room_id, ts=ts, dir="f")).ok()
    assert on_it.body == {"event_id": second, "origin_server_ts": ts}
    assert (await near(alice, room_id, ts=ts, dir="b")).ok()["event_id"] == second
    assert (await near(alice, room_id, ts=ts + 1, dir="f")).ok()["event_id"] == third
    assert (await near(alice, room_id, ts=ts - 1, dir="b")).ok()["event_id"] == first
    assert (await near(alice, room_id, ts=later + 10**9, dir="b")).ok()["event_id"] == third


async def test_beyond_the_ends_there_is_none(alice: Person) -> None:
    room_id = await together(alice)
    ((_, ts),) = await told(alice, room_id, 1)
    (await near(alice, room_id, ts=ts + 1, dir="f")).refused(404, "M_NOT_FOUND")
    (await near(alice, room_id, ts=0, dir="b")).refused(404, "M_NOT_FOUND")
    assert (await near(alice, room_id, ts=0, dir="f")).ok()["origin_server_ts"] > 0


async def test_another_room_in_between_does_not_matter(alice: Person) -> None:
    room_id, other = await together(alice), await together(alice)
    ((wanted, ts),) = await told(alice, room_id, 1)
    await told(alice, other, 5)
    ((after, _),) = await told(alice, room_id, 1)
    assert (await near(alice, room_id, ts=ts + 1, dir="f")).ok()["event_id"] == after
    assert (await near(alice, room_id, ts=ts + 1, dir="b")).ok()["event_id"] == wanted


async def test_what_was_said_before_one_came_is_passed_over(alice: Person, bob: Person) -> None:
    room_id = await together(alice)
    await set_visibility(alice, room_id, "joined")
    ((hidden, ts),) = await told(alice, room_id, 1)
    (await bob.join(room_id)).ok()
    ((shown, late),) = await told(alice, room_id, 1)
    assert (await near(alice, room_id, ts=ts, dir="f")).ok()["event_id"] == hidden
    of_bob = (await near(bob, room_id, ts=ts, dir="f")).ok()
    assert of_bob["event_id"] != hidden
    assert of_bob["origin_server_ts"] > ts
    assert (await near(bob, room_id, ts=late, dir="b")).ok()["event_id"] == shown


async def test_who_has_left_sees_nothing_that_came_later(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    (await bob.leave(room_id)).ok()
    ((_, ts),) = await told(alice, room_id, 1)
    (await near(alice, room_id, ts=ts, dir="f")).ok()
    (await near(bob, room_id, ts=ts, dir="f")).refused(404, "M_NOT_FOUND")


async def test_a_stranger_can_not_tell_a_room_from_none(alice: Person, carol: Person) -> None:
    room_id = await alice.create_room()
    theirs = (await near(carol, room_id, ts=0, dir="f")).refused(403, "M_FORBIDDEN")
    missing = (await near(carol, NO_ROOM, ts=0, dir="f")).refused(403, "M_FORBIDDEN")
    assert theirs.body == missing.body
    carol.access_token = ""
    (await near(carol, room_id, ts=0, dir="f")).refused(401, "M_MISSING_TOKEN")


@pytest.mark.parametrize(
    ("query", "errcode"),
    [
        ({"ts": 0}, "M_MISSING_PARAM"),
        ({"dir": "f"}, "M_MISSING_PARAM"),
        ({"ts": "now", "dir": "f"}, "M_INVALID_PARAM"),
        ({"ts": -1, "dir": "f"}, "M_INVALID_PARAM"),
        ({"ts": 0, "dir": "up"}, "M_INVALID_PARAM"),
    ],
)
async def test_a_malformed_wish_is_refused(
    alice: Person, query: dict[str, Any], errcode: str
) -> None:
    (await near(alice, await together(alice), **query)).refused(400, errcode)
