"""Sending messages and state, once; taking them back."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.people import Person, segment


@pytest.fixture
async def room_id(alice: Person, bob: Person) -> str:
    room_id = await alice.create_room(preset="public_chat")
    await bob.join(room_id)
    return room_id


async def test_a_retry_is_the_same_event_and_another_device_sends_another(
    alice: Person, room_id: str
) -> None:
    answers = await asyncio.gather(
        *(alice.send(room_id, {"body": "once"}, txn_id="same") for _ in range(10))
    )
    assert len({answer.ok()["event_id"] for answer in answers}) == 1
    elsewhere = await alice.another_device()
    other = await elsewhere.send(room_id, {"body": "once"}, txn_id="same")
    assert other.ok()["event_id"] != answers[0]["event_id"]
    typed = await alice.send(room_id, {"body": "once"}, type="x.other", txn_id="same")
    assert typed.ok()["event_id"] != answers[0]["event_id"]


async def test_only_the_sending_device_is_told_the_transaction(
    alice: Person, bob: Person, room_id: str
) -> None:
    elsewhere = await alice.another_device()
    for person in (alice, bob, elsewhere):
        await person.sync()
    await alice.send(room_id, {"body": "x"}, txn_id="mine")
    told = []
    for person in (alice, bob, elsewhere):
        room = (await person.sync())["rooms"]["join"][room_id]
        told.append(room["timeline"]["events"][-1]["unsigned"].get("transaction_id"))
    assert told == ["mine", None, None]


async def test_a_stranger_and_one_who_left_can_not_send(
    bob: Person, carol: Person, room_id: str
) -> None:
    (await carol.send(room_id, {})).refused(403, "M_FORBIDDEN")
    await bob.leave(room_id)
    (await bob.send(room_id, {})).refused(403, "M_FORBIDDEN")


async def test_setting_state_to_what_it_is_changes_nothing(alice: Person, room_id: str) -> None:
    first = (await alice.set_state(room_id, "m.room.name", {"name": "Tea"})).ok()
    again = (await alice.set_state(room_id, "m.room.name", {"name": "Tea"})).ok()
    other = (await alice.set_state(room_id, "m.room.name", {"name": "Coffee"})).ok()
    assert first["event_id"] == again["event_id"] != other["event_id"]


async def test_a_state_key_may_be_empty_or_have_a_slash(alice: Person, room_id: str) -> None:
    room = f"/rooms/{segment(room_id)}/state/x.test"
    (await alice.put(room, {"key": "none"})).ok()
    (await alice.put(f"{room}/a%2Fb", {"key": "slash"})).ok()
    assert (await alice.get(f"{room}/")).ok().body == {"key": "none"}
    assert (await alice.get(f"{room}/a%2Fb")).ok().body == {"key": "slash"}


async def test_nobody_sets_the_state_that_belongs_to_another(
    alice: Person, bob: Person, room_id: str
) -> None:
    (await alice.set_state(room_id, "x.test", {}, alice.user_id)).ok()
    (await alice.set_state(room_id, "x.test", {}, bob.user_id)).refused(403, "M_FORBIDDEN")


async def test_own_messages_are_taken_back_and_those_of_others_with_power(
    alice: Person, bob: Person, room_id: str
) -> None:
    async def redact(person: Person, event_id: str) -> object:
        path = f"/rooms/{segment(room_id)}/redact/{segment(event_id)}/txn{event_id}"
        return (await person.put(path, {"reason": "oops"})).errcode

    own, theirs = await bob.say(room_id, "mine"), await alice.say(room_id, "hers")
    assert await redact(bob, theirs) == "M_FORBIDDEN"
    assert await redact(bob, own) is None
    assert await redact(alice, await bob.say(room_id, "another")) is None
    elsewhere = await alice.say(await alice.create_room(), "tea")
    for other in ("$nothing", elsewhere):
        assert await redact(alice, other) == "M_INVALID_PARAM"
    event = (await alice.get(f"/rooms/{segment(room_id)}/event/{segment(own)}")).ok()
    assert event["content"] == {}
    assert event["unsigned"]["redacted_because"]["content"]["reason"] == "oops"


async def test_a_redaction_reaches_the_copy_in_the_readers_memory(
    alice: Person, bob: Person, room_id: str
) -> None:
    await bob.sync()
    since = bob.since
    event_id = await alice.say(room_id, "secret")
    await bob.sync()
    await alice.put(f"/rooms/{segment(room_id)}/redact/{segment(event_id)}/1", {})
    answer = await bob.get("/sync", since=since, timeout=0)
    assert "secret" not in str(answer.body)


async def test_one_reacts_with_the_same_only_once(alice: Person, bob: Person, room_id: str) -> None:
    event_id = await alice.say(room_id, "tea?")

    def reaction(key: str) -> dict[str, object]:
        return {"m.relates_to": {"rel_type": "m.annotation", "event_id": event_id, "key": key}}

    (await bob.send(room_id, reaction("yes"), type="m.reaction")).ok()
    again = await bob.send(room_id, reaction("yes"), type="m.reaction")
    again.refused(400, "M_DUPLICATE_ANNOTATION")
    (await bob.send(room_id, reaction("no"), type="m.reaction")).ok()
    (await alice.send(room_id, reaction("yes"), type="m.reaction")).ok()


async def test_an_alias_in_state_must_be_the_rooms_own(alice: Person, room_id: str) -> None:
    await alice.create_room(room_alias_name="elsewhere")
    for content, errcode in (
        ({"alias": "#elsewhere:localhost"}, "M_BAD_ALIAS"),
        ({"alias": "#none:localhost"}, "M_BAD_ALIAS"),
        ({"alias": "none"}, "M_INVALID_PARAM"),
        ({"alias": {}}, "M_INVALID_PARAM"),
        ({"alt_aliases": [{}]}, "M_INVALID_PARAM"),
        ({"alt_aliases": [[]]}, "M_INVALID_PARAM"),
        ({"alt_aliases": "#x:localhost"}, "M_INVALID_PARAM"),
    ):
        answer = await alice.set_state(room_id, "m.room.canonical_alias", content)
        answer.refused(400, errcode)
    (await alice.put("/directory/room/%23own%3Alocalhost", {"room_id": room_id})).ok()
    fine: list[Any] = [{"alias": "#own:localhost"}, {"alias": "", "alt_aliases": []}]
    for names in fine:
        (await alice.set_state(room_id, "m.room.canonical_alias", names)).ok()
