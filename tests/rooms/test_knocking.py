"""Rooms that let in the members of another, and whom they invite of those who knock."""

from __future__ import annotations

from tests.people import Person, segment


async def test_a_room_may_let_in_members_of_another_and_hear_the_knocks_of_the_rest(
    alice: Person, bob: Person, carol: Person
) -> None:
    club = await alice.create_room(preset="public_chat")
    (await bob.join(club)).ok()
    rules = {
        "join_rule": "knock_restricted",
        "allow": [{"type": "m.room_membership", "room_id": club}],
    }
    room_id = await alice.create_room(
        initial_state=[{"type": "m.room.join_rules", "content": rules}]
    )
    (await bob.join(room_id)).ok()
    (await carol.join(room_id)).refused(403, "M_FORBIDDEN")
    (await carol.post(f"/knock/{segment(room_id)}")).ok()
    (await carol.join(room_id)).refused(403, "M_FORBIDDEN")
    (await alice.invite(room_id, carol)).ok()
    (await carol.join(room_id)).ok()


async def test_older_rooms_can_not_have_such_a_rule(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(room_version="9")
    rules = {"join_rule": "knock_restricted", "allow": []}
    await alice.set_state(room_id, "m.room.join_rules", rules)
    (await bob.post(f"/knock/{segment(room_id)}")).refused(403, "M_FORBIDDEN")
    (await bob.join(room_id)).refused(403, "M_FORBIDDEN")
