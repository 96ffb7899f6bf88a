"""Who is in a room, and which rooms one is in."""

from __future__ import annotations

from typing import Any

from tests.people import Answer, Person
from tests.rooms.reading import NO_ROOM, messages, of, together, with_visibility


async def members(person: Person, room_id: str, **query: Any) -> dict[str, str]:
    """Membership by user id."""
    answer = (await person.get(of(room_id, "members"), **query)).ok()
    assert all(e["type"] == "m.room.member" for e in answer["chunk"])
    return {e["state_key"]: e["content"]["membership"] for e in answer["chunk"]}


async def joined_members(person: Person, room_id: str) -> Answer:
    return await person.get(of(room_id, "joined_members"))


async def test_members_are_listed_with_all_who_have_ever_been_asked_in(
    alice: Person, bob: Person, carol: Person
) -> None:
    room_id = await together(alice, bob)
    await alice.invite(room_id, carol)
    await bob.leave(room_id)
    assert await members(alice, room_id) == {
        alice.user_id: "join",
        bob.user_id: "leave",
        carol.user_id: "invite",
    }


async def test_members_are_chosen_by_membership(alice: Person, bob: Person, carol: Person) -> None:
    room_id = await together(alice, bob)
    await alice.invite(room_id, carol)
    await bob.leave(room_id)
    assert set(await members(alice, room_id, membership="join")) == {alice.user_id}
    assert set(await members(alice, room_id, not_membership="leave")) == {
        alice.user_id,
        carol.user_id,
    }
    either = await members(alice, room_id, membership="leave", not_membership="invite")
    assert set(either) == {alice.user_id, bob.user_id}
    wrong = await alice.get(of(room_id, "members"), membership="owner")
    wrong.refused(400, "M_INVALID_PARAM")


async def test_members_are_listed_as_of_a_token(alice: Person, bob: Person) -> None:
    room_id = await together(alice)
    then = (await messages(alice, room_id)).ok()["start"]
    await bob.join(room_id)
    assert bob.user_id not in await members(alice, room_id, at=then)
    assert bob.user_id in await members(alice, room_id)
    (await alice.get(of(room_id, "members"), at="yesterday")).refused(400, "M_INVALID_PARAM")


async def test_a_room_begins_with_who_made_it(alice: Person, bob: Person) -> None:
    room_id = await together(alice)
    joined = (await alice.sync())["rooms"]["join"][room_id]
    begin = joined["timeline"]["prev_batch"]
    await bob.join(room_id)
    for person in (alice, bob):
        assert set(await members(person, room_id, at=begin)) == {alice.user_id}


async def test_members_of_a_time_that_is_hidden_are_not_listed(alice: Person, bob: Person) -> None:
    room_id = await together(alice, **with_visibility("joined"))
    await alice.say(room_id, "hidden")
    then = (await messages(alice, room_id)).ok()["start"]
    await bob.join(room_id)
    assert set(await members(bob, room_id)) == {alice.user_id, bob.user_id}
    (await bob.get(of(room_id, "members"), at=then)).refused(403, "M_FORBIDDEN")
    assert set(await members(alice, room_id, at=then)) == {alice.user_id}


async def test_who_left_is_told_of_those_who_were_there_then(
    alice: Person, bob: Person, carol: Person
) -> None:
    room_id = await together(alice, bob)
    await bob.leave(room_id)
    await carol.join(room_id)
    now = (await messages(alice, room_id)).ok()["start"]
    for query in ({}, {"at": now}):
        assert await members(bob, room_id, **query) == {
            alice.user_id: "join",
            bob.user_id: "leave",
        }


async def test_joined_members_are_shown_with_name_and_picture(alice: Person, bob: Person) -> None:
    name = {"displayname": "Alice 茶"}
    (await alice.put(f"/profile/{alice.user_id}/displayname", name)).ok()
    room_id = await together(alice, bob)
    joined = (await joined_members(bob, room_id)).ok()["joined"]
    assert joined[alice.user_id] == {"display_name": "Alice 茶", "avatar_url": None}
    assert set(joined) == {alice.user_id, bob.user_id}


async def test_joined_members_are_shown_to_members_only(
    alice: Person, bob: Person, carol: Person
) -> None:
    room_id = await together(alice, bob)
    await bob.leave(room_id)
    (await joined_members(bob, room_id)).refused(403, "M_FORBIDDEN")
    theirs = (await joined_members(carol, room_id)).refused(403, "M_FORBIDDEN")
    missing = (await joined_members(carol, NO_ROOM)).refused(403, "M_FORBIDDEN")
    assert theirs.body == missing.body


async def test_one_is_in_the_rooms_that_one_joined_and_did_not_leave(
    alice: Person, bob: Person
) -> None:
    first, second, third = [await together(alice) for _ in range(3)]
    for room_id in (second, first):
        await bob.join(room_id)
    await alice.invite(third, bob)
    assert (await bob.get("/joined_rooms")).ok().body == {"joined_rooms": [second, first]}
    await bob.leave(second)
    assert (await bob.get("/joined_rooms")).ok().body == {"joined_rooms": [first]}
    bob.access_token = ""
    (await bob.get("/joined_rooms")).refused(401, "M_MISSING_TOKEN")
