"""What is said of a room to who is not in it: to anyone, to a member, to nobody."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import Answer, Person, segment
from tests.rooms.reading import NO_ROOM, V1, with_visibility


async def summary(person: Person, room: str) -> Answer:
    return await person.get(f"{V1}/room_summary/{segment(room)}")


def nobody(person: Person) -> Person:
    person.access_token = ""
    return person


def with_rule(join_rule: str, **more: Any) -> dict[str, Any]:
    content = {"join_rule": join_rule, **more}
    return {"initial_state": [{"type": "m.room.join_rules", "content": content}]}


async def test_a_public_room_is_summed_up_for_anyone(alice: Person, carol: Person) -> None:
    room_id = await alice.create_room(
        preset="public_chat", name="Tea", room_alias_name="tea", room_version="11"
    )
    of_alice = (await summary(alice, room_id)).ok()
    assert of_alice.body == {
        "room_id": room_id,
        "name": "Tea",
        "canonical_alias": "#tea:localhost",
        "join_rule": "public",
        "num_joined_members": 1,
        "world_readable": False,
        "guest_can_join": False,
        "room_version": "11",
        "membership": "join",
    }
    assert (await summary(carol, "#tea:localhost")).ok()["membership"] == "leave"
    of_anyone = (await summary(nobody(carol), room_id)).ok()
    assert {**of_anyone.body, "membership": "join"} == of_alice.body


async def test_a_private_room_looks_like_none_to_a_stranger(alice: Person, carol: Person) -> None:
    room_id = await alice.create_room(name="Secret", room_alias_name="secret")
    (await summary(alice, room_id)).ok()
    theirs = (await summary(carol, room_id)).refused(404, "M_NOT_FOUND")
    named = (await summary(carol, "#secret:localhost")).refused(404, "M_NOT_FOUND")
    missing = (await summary(carol, NO_ROOM)).refused(404, "M_NOT_FOUND")
    unnamed = (await summary(carol, "#none:localhost")).refused(404, "M_NOT_FOUND")
    assert theirs.body == named.body == missing.body == unnamed.body
    (await summary(nobody(carol), room_id)).refused(404, "M_NOT_FOUND")


async def test_who_is_invited_is_told(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(name="Secret")
    (await alice.invite(room_id, bob)).ok()
    shown = (await summary(bob, room_id)).ok()
    assert (shown["name"], shown["membership"]) == ("Secret", "invite")
    (await bob.leave(room_id)).ok()
    (await summary(bob, room_id)).refused(404, "M_NOT_FOUND")


async def test_who_is_banned_is_not_told_what_they_may_not_read(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(preset="public_chat")
    readable = await alice.create_room(preset="public_chat", **with_visibility("world_readable"))
    for room in (room_id, readable):
        (await summary(bob, room)).ok()
        path = f"/rooms/{segment(room)}/ban"
        (await alice.post(path, {"user_id": bob.user_id})).ok()
    (await summary(bob, room_id)).refused(404, "M_NOT_FOUND")
    assert (await summary(bob, readable)).ok()["membership"] == "ban"


@pytest.mark.parametrize("rule", ["knock", "knock_restricted"])
async def test_a_room_that_one_may_knock_at_is_shown(
    alice: Person, carol: Person, rule: str
) -> None:
    room_id = await alice.create_room(**with_rule(rule))
    assert (await summary(carol, room_id)).ok()["join_rule"] == rule
    (await summary(nobody(carol), room_id)).ok()


async def test_a_room_that_can_not_know_knocking_is_not_shown(alice: Person, carol: Person) -> None:
    room_id = await alice.create_room(room_version="6", **with_rule("knock"))
    (await summary(alice, room_id)).ok()
    (await summary(carol, room_id)).refused(404, "M_NOT_FOUND")


async def test_a_restricted_room_is_shown_to_whom_it_would_let_in(
    alice: Person, bob: Person, carol: Person
) -> None:
    club = await alice.create_room(preset="public_chat")
    (await bob.join(club)).ok()
    allow = [{"type": "m.room_membership", "room_id": club}]
    room_id = await alice.create_room(**with_rule("restricted", allow=allow))
    assert (await summary(bob, room_id)).ok()["allowed_room_ids"] == [club]
    (await summary(carol, room_id)).refused(404, "M_NOT_FOUND")
    (await bob.leave(club)).ok()
    (await summary(bob, room_id)).refused(404, "M_NOT_FOUND")


async def test_encryption_and_type_are_told(alice: Person) -> None:
    algorithm = "m.megolm.v1.aes-sha2"
    room_id = await alice.create_room(
        creation_content={"type": "m.space"},
        initial_state=[{"type": "m.room.encryption", "content": {"algorithm": algorithm}}],
    )
    shown = (await summary(alice, room_id)).ok()
    assert (shown["encryption"], shown["room_type"]) == (algorithm, "m.space")


@pytest.mark.parametrize(
    ("content", "topic"),
    [
        ({"topic": "plain"}, "plain"),
        ({"topic": "old", "m.topic": {"m.text": [{"body": "new"}]}}, "new"),
        (
            {
                "topic": "old",
                "m.topic": {"m.text": [{"mimetype": "text/html", "body": "<b>"}, {"body": "new"}]},
            },
            "new",
        ),
        ({"topic": ""}, None),
        ({"topic": 7, "m.topic": {"m.text": 7}}, None),
    ],
)
async def test_the_topic_is_the_plain_one(alice: Person, content: Any, topic: str | None) -> None:
    room_id = await alice.create_room()
    (await alice.set_state(room_id, "m.room.topic", content)).ok()
    assert (await summary(alice, room_id)).ok().body.get("topic") == topic


async def test_what_names_no_room_is_refused(alice: Person) -> None:
    (await summary(alice, "tea")).refused(400, "M_INVALID_PARAM")
    (await summary(alice, alice.user_id)).refused(400, "M_INVALID_PARAM")


async def test_a_token_that_is_wrong_is_refused(alice: Person) -> None:
    room_id = await alice.create_room(preset="public_chat")
    alice.access_token = "wrong"
    (await summary(alice, room_id)).refused(401, "M_UNKNOWN_TOKEN")
