"""A space, and the rooms in it that the reader may see."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import Answer, Person, segment
from tests.rooms.reading import NO_ROOM, V1, with_visibility

SPACE = {"creation_content": {"type": "m.space"}}


async def walk(person: Person, space: str, **query: Any) -> Answer:
    return await person.get(f"{V1}/rooms/{segment(space)}/hierarchy", **query)


async def walked(person: Person, space: str, **query: Any) -> list[str]:
    return [room["room_id"] for room in (await walk(person, space, **query)).ok()["rooms"]]


async def make_space(person: Person, preset: str = "public_chat", **options: Any) -> str:
    return await person.create_room(preset=preset, **SPACE, **options)


async def link(person: Person, space: str, *rooms: str, **content: Any) -> None:
    content = {"via": ["localhost"], **content}
    for room in rooms:
        (await person.set_state(space, "m.space.child", content, room)).ok()


async def test_a_space_comes_before_its_rooms_and_a_space_in_it_before_the_next(
    alice: Person, bob: Person
) -> None:
    space, inner = await make_space(alice, name="Teas"), await make_space(alice)
    first, last, deep = [await alice.create_room(preset="public_chat") for _ in range(3)]
    await link(alice, space, first, order="a")
    await link(alice, space, inner, order="b")
    await link(alice, space, last, order="c")
    await link(alice, inner, deep)
    shown = (await walk(bob, space)).ok()
    assert [room["room_id"] for room in shown["rooms"]] == [space, first, inner, deep, last]
    assert "next_batch" not in shown.body
    root, plain = shown["rooms"][0], shown["rooms"][1]
    assert (root["name"], root["room_type"], root["num_joined_members"]) == ("Teas", "m.space", 1)
    assert plain["children_state"] == []
    child = root["children_state"][0]
    assert child.pop("origin_server_ts") > 0
    assert child == {
        "type": "m.space.child",
        "room_id": space,
        "state_key": first,
        "sender": alice.user_id,
        "content": {"via": ["localhost"], "order": "a"},
    }


async def test_rooms_without_an_order_come_last_as_they_were_added(alice: Person) -> None:
    space = await make_space(alice)
    early, late, ordered, bad = [await alice.create_room() for _ in range(4)]
    await link(alice, space, early)
    await link(alice, space, late)
    await link(alice, space, bad, order="\u8336")
    await link(alice, space, ordered, order=" ")
    assert await walked(alice, space) == [space, ordered, early, late, bad]


async def test_only_rooms_that_the_reader_may_see_are_shown(alice: Person, bob: Person) -> None:
    space = await make_space(alice)
    private, public, invited, readable = [
        await alice.create_room(),
        await alice.create_room(preset="public_chat"),
        await alice.create_room(),
        await alice.create_room(**with_visibility("world_readable")),
    ]
    allow = [{"type": "m.room_membership", "room_id": space}]
    rule = {"join_rule": "restricted", "allow": allow}
    restricted = await alice.create_room(
        initial_state=[{"type": "m.room.join_rules", "content": rule}]
    )
    rooms = [private, public, invited, readable, restricted]
    await link(alice, space, *rooms)
    (await alice.invite(invited, bob)).ok()
    assert await walked(alice, space) == [space, *rooms]
    assert await walked(bob, space) == [space, public, invited, readable]
    (await bob.join(space)).ok()
    assert await walked(bob, space) == [space, public, invited, readable, restricted]


async def test_what_is_below_a_hidden_space_is_hidden(alice: Person, bob: Person) -> None:
    space, hidden = await make_space(alice), await make_space(alice, "private_chat")
    below = await alice.create_room(preset="public_chat")
    await link(alice, space, hidden, NO_ROOM)
    await link(alice, hidden, below)
    assert await walked(alice, space) == [space, hidden, below]
    assert await walked(bob, space) == [space]


async def test_a_private_space_looks_like_none_to_a_stranger(alice: Person, bob: Person) -> None:
    space = await make_space(alice, "private_chat")
    (await walk(alice, space)).ok()
    theirs = (await walk(bob, space)).refused(403, "M_FORBIDDEN")
    missing = (await walk(bob, NO_ROOM)).refused(403, "M_FORBIDDEN")
    assert theirs.body == missing.body
    bob.access_token = ""
    (await walk(bob, space)).refused(401, "M_MISSING_TOKEN")


async def test_a_link_that_was_taken_away_leads_nowhere(alice: Person) -> None:
    space, room = await make_space(alice), await alice.create_room()
    await link(alice, space, room)
    assert await walked(alice, space) == [space, room]
    (await alice.set_state(space, "m.space.child", {}, room)).ok()
    shown = (await walk(alice, space)).ok()["rooms"]
    assert [room["children_state"] for room in shown] == [[]]


async def test_a_circle_is_walked_once(alice: Person) -> None:
    one, other = await make_space(alice), await make_space(alice)
    await link(alice, one, other, one)
    await link(alice, other, one, other)
    assert await walked(alice, one) == [one, other]


async def test_a_walk_may_be_shallow(alice: Person) -> None:
    space, inner, room = await make_space(alice), await make_space(alice), await make_space(alice)
    await link(alice, space, inner)
    await link(alice, inner, room)
    assert await walked(alice, space, max_depth=0) == [space]
    assert await walked(alice, space, max_depth=1) == [space, inner]
    assert await walked(alice, space, max_depth=2) == [space, inner, room]


async def test_only_what_is_suggested_may_be_asked_for(alice: Person) -> None:
    space, inner = await make_space(alice), await make_space(alice)
    plain, suggested = await alice.create_room(), await alice.create_room()
    await link(alice, space, plain)
    await link(alice, space, inner, suggested=True)
    await link(alice, inner, suggested, suggested=True)
    assert await walked(alice, space, suggested_only="true") == [space, inner, suggested]
    assert await walked(alice, space, suggested_only="false") == [space, plain, inner, suggested]


async def test_pages_follow_each_other(alice: Person) -> None:
    space = await make_space(alice)
    rooms = [await alice.create_room() for _ in range(4)]
    await link(alice, space, *rooms)
    pages, token = [], None
    while True:
        page = (await walk(alice, space, limit=2, max_depth=3, **{"from": token})).ok()
        pages.append([room["room_id"] for room in page["rooms"]])
        token = page.body.get("next_batch")
        if token is None:
            break
    assert pages == [[space, rooms[0]], rooms[1:3], rooms[3:]]


async def test_a_walk_can_not_be_changed_on_the_way(alice: Person) -> None:
    space = await make_space(alice)
    await link(alice, space, *[await alice.create_room() for _ in range(2)])
    token = (await walk(alice, space, limit=1, max_depth=2)).ok()["next_batch"]
    more: dict[str, Any] = {"from": token, "limit": 1}
    (await walk(alice, space, **more)).ok()
    (await walk(alice, space, **more, max_depth=2, suggested_only="false")).ok()
    (await walk(alice, space, **more, max_depth=3)).refused(400, "M_INVALID_PARAM")
    (await walk(alice, space, **more, suggested_only="true")).refused(400, "M_INVALID_PARAM")


@pytest.mark.parametrize(
    "query",
    [{"limit": 0}, {"limit": "x"}, {"max_depth": -1}, {"suggested_only": "yes"}, {"from": "x"}],
)
async def test_a_malformed_wish_is_refused(alice: Person, query: dict[str, Any]) -> None:
    (await walk(alice, await make_space(alice), **query)).refused(400, "M_INVALID_PARAM")
