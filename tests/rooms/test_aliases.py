"""The names of rooms: who gives them, who takes them away, who is told."""

from __future__ import annotations

import pytest

from tests.people import Answer, Person, segment
from tests.rooms.reading import NO_ROOM, of, together, with_visibility

TEA = "#tea:localhost"


async def name(person: Person, alias: str, room_id: str) -> Answer:
    return await person.put(f"/directory/room/{segment(alias)}", {"room_id": room_id})


async def find(person: Person, alias: str) -> Answer:
    return await person.get(f"/directory/room/{segment(alias)}")


async def unname(person: Person, alias: str) -> Answer:
    return await person.delete(f"/directory/room/{segment(alias)}")


async def test_a_member_names_a_room_and_anyone_finds_it(alice: Person, carol: Person) -> None:
    room_id = await together(alice)
    (await name(alice, TEA, room_id)).ok()
    carol.access_token = ""
    found = (await find(carol, TEA)).ok()
    assert found.body == {"room_id": room_id, "servers": ["localhost"]}
    (await find(carol, "#coffee:localhost")).refused(404, "M_NOT_FOUND")
    (await find(carol, "#tea:elsewhere.example")).refused(404, "M_NOT_FOUND")
    (await find(carol, "tea")).refused(400, "M_INVALID_PARAM")


async def test_a_name_is_one_rooms_only(alice: Person) -> None:
    one, other = await together(alice), await together(alice)
    (await name(alice, TEA, one)).ok()
    (await name(alice, TEA, other)).refused(409, "M_UNKNOWN")
    (await name(alice, TEA, one)).refused(409, "M_UNKNOWN")
    assert (await find(alice, TEA))["room_id"] == one


async def test_who_is_not_in_a_room_does_not_name_it(
    alice: Person, bob: Person, carol: Person
) -> None:
    room_id = await together(alice, bob)
    await bob.leave(room_id)
    (await name(bob, TEA, room_id)).refused(403, "M_FORBIDDEN")
    theirs = (await name(carol, TEA, room_id)).refused(403, "M_FORBIDDEN")
    missing = (await name(carol, TEA, NO_ROOM)).refused(403, "M_FORBIDDEN")
    assert theirs.body == missing.body
    (await find(alice, TEA)).refused(404, "M_NOT_FOUND")


@pytest.mark.parametrize("alias", ["tea", "#tea", "#tea:elsewhere.example", "#" + "x" * 300])
async def test_what_is_no_alias_of_this_server_names_nothing(alice: Person, alias: str) -> None:
    room_id = await together(alice)
    (await name(alice, alias, room_id)).refused(400, "M_INVALID_PARAM")


async def test_a_malformed_body_names_nothing(alice: Person) -> None:
    path = f"/directory/room/{segment(TEA)}"
    (await alice.put(path, {})).refused(400, "M_BAD_JSON")
    (await alice.put(path, {"room_id": 1})).refused(400, "M_BAD_JSON")
    (await alice.put(path, b"{")).refused(400, "M_NOT_JSON")
    (await alice.put(path, {"room_id": NO_ROOM}, token="wrong")).refused(401, "M_UNKNOWN_TOKEN")


async def test_a_name_is_taken_away_by_who_gave_it(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    (await name(bob, TEA, room_id)).ok()
    (await unname(bob, TEA)).ok()
    (await find(bob, TEA)).refused(404, "M_NOT_FOUND")
    (await unname(bob, TEA)).refused(404, "M_NOT_FOUND")


async def test_a_name_is_taken_away_by_who_may_change_the_rooms_main_one(
    alice: Person, bob: Person, carol: Person
) -> None:
    room_id = await together(alice, bob, carol)
    (await name(bob, TEA, room_id)).ok()
    (await unname(carol, TEA)).refused(403, "M_FORBIDDEN")
    assert (await find(carol, TEA)).ok()["room_id"] == room_id
    (await unname(alice, TEA)).ok()
    (await find(carol, TEA)).refused(404, "M_NOT_FOUND")


async def test_the_names_of_a_room_are_told_to_its_members(
    alice: Person, bob: Person, carol: Person
) -> None:
    room_id = await together(alice, bob)
    for alias in (TEA, "#cha:localhost"):
        (await name(alice, alias, room_id)).ok()
    assert (await bob.get(of(room_id, "aliases"))).ok()["aliases"] == ["#cha:localhost", TEA]
    theirs = (await carol.get(of(room_id, "aliases"))).refused(403, "M_FORBIDDEN")
    missing = (await carol.get(of(NO_ROOM, "aliases"))).refused(403, "M_FORBIDDEN")
    assert theirs.body == missing.body
    await bob.leave(room_id)
    (await bob.get(of(room_id, "aliases"))).refused(403, "M_FORBIDDEN")


async def test_the_names_of_a_world_readable_room_are_told_to_all(
    alice: Person, carol: Person
) -> None:
    room_id = await together(alice, **with_visibility("world_readable"))
    assert (await carol.get(of(room_id, "aliases"))).ok()["aliases"] == []
