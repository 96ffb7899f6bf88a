"""Which rooms are in the server's directory."""

from __future__ import annotations

from tests.people import Answer, Person, segment
from tests.rooms.reading import NO_ROOM


async def listed(person: Person, room_id: str) -> Answer:
    return await person.get(f"/directory/list/room/{segment(room_id)}")


async def enlist(person: Person, room_id: str, **body: object) -> Answer:
    return await person.put(f"/directory/list/room/{segment(room_id)}", body)


async def test_a_room_is_listed_when_it_is_made_public(alice: Person, carol: Person) -> None:
    room_id = await alice.create_room(visibility="public")
    carol.access_token = ""
    assert (await listed(carol, room_id)).ok().body == {"visibility": "public"}


async def test_that_a_room_is_private_is_told_to_its_members_only(
    alice: Person, carol: Person
) -> None:
    room_id = await alice.create_room(visibility="private")
    assert (await listed(alice, room_id)).ok().body == {"visibility": "private"}
    theirs = (await listed(carol, room_id)).refused(404, "M_NOT_FOUND")
    missing = (await listed(carol, NO_ROOM)).refused(404, "M_NOT_FOUND")
    assert theirs.body == missing.body


async def test_who_may_change_its_main_name_lists_a_room_and_takes_it_off(
    alice: Person, carol: Person
) -> None:
    room_id = await alice.create_room(visibility="private")
    (await enlist(alice, room_id)).ok()
    assert (await listed(carol, room_id)).ok()["visibility"] == "public"
    (await enlist(alice, room_id, visibility="private")).ok()
    (await listed(carol, room_id)).refused(404, "M_NOT_FOUND")


async def test_a_member_without_that_power_does_not(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(preset="public_chat")
    await bob.join(room_id)
    (await enlist(bob, room_id)).refused(403, "M_FORBIDDEN")
    assert (await listed(bob, room_id)).ok()["visibility"] == "private"


async def test_a_stranger_can_not_tell_a_room_from_none(alice: Person, carol: Person) -> None:
    room_id = await alice.create_room()
    theirs = (await enlist(carol, room_id)).refused(404, "M_NOT_FOUND")
    missing = (await enlist(carol, NO_ROOM)).refused(404, "M_NOT_FOUND")
    assert theirs.body == missing.body


async def test_a_malformed_wish_changes_nothing(alice: Person) -> None:
    room_id = await alice.create_room()
    (await enlist(alice, room_id, visibility="secret")).refused(400, "M_BAD_JSON")
    (await enlist(alice, room_id, visibility=None)).refused(400, "M_BAD_JSON")
    alice_token, alice.access_token = alice.access_token, ""
    (await enlist(alice, room_id)).refused(401, "M_MISSING_TOKEN")
    alice.access_token = alice_token
    assert (await listed(alice, room_id)).ok()["visibility"] == "private"
