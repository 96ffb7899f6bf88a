"""Whoever is ignored is not heard of by sliding sync, in either shape."""

from __future__ import annotations

import pytest

from teahouse.homeserver.sliding.room_part import MAX_ROUNDS
from tests.people import Person
from tests.sliding.following import Following, bodies, everything
from tests.sync.test_ignoring import ignore

ASKS = {
    False: everything(),
    True: {
        "lists": {"all": {"timeline_limit": 10, "required_state": {"include": []}, "range": [0, 9]}}
    },
}


@pytest.mark.parametrize("is_stable", [False, True])
async def test_messages_and_invitations_of_ignored_people_are_left_out(
    alice: Person, bob: Person, carol: Person, is_stable: bool
) -> None:
    room_id = await alice.create_room(preset="public_chat")
    await bob.join(room_id)
    await carol.join(room_id)
    await ignore(alice, bob)
    following = Following(alice, ASKS[is_stable], is_stable)
    await following.next()
    await bob.say(room_id, "ignored")
    await carol.say(room_id, "heard")
    invited_to = await bob.create_room(invite=[alice.user_id])
    rooms = (await following.next())["rooms"]
    assert bodies(rooms[room_id]) == ["heard"]
    assert invited_to not in rooms
    await ignore(alice)
    await bob.say(room_id, "heard again")
    rooms = (await following.next())["rooms"]
    assert bodies(rooms[room_id]) == ["heard again"]
    assert invited_to in rooms


async def test_what_was_said_before_many_words_of_someone_ignored_is_not_passed_over(
    alice: Person, bob: Person, carol: Person
) -> None:
    room_id = await alice.create_room(preset="public_chat")
    await bob.join(room_id)
    await carol.join(room_id)
    await ignore(alice, bob)
    following = Following(alice, everything(1))
    await following.next()
    await carol.say(room_id, "heard")
    for _ in range(2 * MAX_ROUNDS + 1):
        await bob.say(room_id, "ignored")
    room = (await following.next())["rooms"][room_id]
    assert (bodies(room), room["limited"]) == ([], True)
    place = {"from": room["prev_batch"], "dir": "b"}
    before = (await alice.get(f"/rooms/{room_id}/messages", **place)).ok()["chunk"]
    assert before[0]["content"]["body"] == "heard"
