"""Whose devices to look at again, for a client that was away."""

from __future__ import annotations

import pytest

from tests.keys.crypto import cross_sign, publish
from tests.people import Person, sign_in


async def token(person: Person) -> str:
    await person.sync()
    assert person.since is not None
    return person.since


async def changes(person: Person, since: str, to: str | None = None) -> dict[str, list[str]]:
    answer = await person.get("/keys/changes", **{"from": since, "to": to or await token(person)})
    assert answer.ok().body.keys() == {"changed", "left"}
    body: dict[str, list[str]] = answer.body
    return body


async def in_one_room(owner: Person, *others: Person) -> str:
    room_id = await owner.create_room(preset="private_chat")
    for other in others:
        (await owner.invite(room_id, other)).ok()
        (await other.join(room_id)).ok()
    return room_id


async def test_changes_of_those_who_share_a_room_are_told_and_no_others(
    alice: Person, bob: Person, carol: Person
) -> None:
    await in_one_room(alice, bob)
    before = await token(alice)
    await publish(bob)
    await publish(carol)
    assert await changes(alice, before) == {"changed": [bob.user_id], "left": []}
    assert await changes(carol, before) == {"changed": [carol.user_id], "left": []}


async def test_a_device_that_comes_is_renamed_and_goes_is_told_though_it_has_no_keys(
    alice: Person, bob: Person
) -> None:
    await in_one_room(alice, bob)
    before = await token(alice)
    other = await sign_in(bob.http, "bob")
    assert await changes(alice, before) == {"changed": [bob.user_id], "left": []}
    before = await token(alice)
    path = f"/devices/{other.device_id}"
    (await other.put(path, {"display_name": "telephone"})).ok()
    assert await changes(alice, before) == {"changed": [bob.user_id], "left": []}
    before = await token(alice)
    (await other.post("/logout")).ok()
    assert await changes(alice, before) == {"changed": [bob.user_id], "left": []}


async def test_changes_before_and_after_the_span_are_not_told(alice: Person, bob: Person) -> None:
    await in_one_room(alice, bob)
    await publish(bob)
    start = await token(alice)
    await publish(alice)
    end = await token(alice)
    await cross_sign(bob)
    assert await changes(alice, start, end) == {"changed": [alice.user_id], "left": []}
    assert await changes(alice, end, end) == {"changed": [], "left": []}


async def test_who_came_is_changed_and_who_went_has_left(alice: Person, bob: Person) -> None:
    room_id = await in_one_room(alice)
    before = await token(alice)
    await alice.invite(room_id, bob)
    (await bob.join(room_id)).ok()
    assert await changes(alice, before) == {"changed": [bob.user_id], "left": []}
    before = await token(alice)
    (await bob.leave(room_id)).ok()
    assert await changes(alice, before) == {"changed": [], "left": [bob.user_id]}


async def test_whom_one_left_have_left_though_they_go_later_or_ask_one_back(
    alice: Person, bob: Person, carol: Person
) -> None:
    room_id = await in_one_room(alice, bob, carol)
    others = sorted((bob.user_id, carol.user_id))
    before = await token(alice)
    (await alice.leave(room_id)).ok()
    (await bob.leave(room_id)).ok()
    assert await changes(alice, before) == {"changed": [], "left": others}
    (await carol.leave(room_id)).ok()
    assert await changes(alice, before) == {"changed": [], "left": others}

    room_id = await in_one_room(bob, alice)
    before = await token(alice)
    (await alice.leave(room_id)).ok()
    (await bob.invite(room_id, alice)).ok()
    assert await changes(alice, before) == {"changed": [], "left": [bob.user_id]}


async def test_who_is_only_asked_into_a_room_has_not_left(alice: Person, bob: Person) -> None:
    room_id = await in_one_room(alice)
    before = await token(alice)
    (await alice.invite(room_id, bob)).ok()
    assert await changes(alice, before) == {"changed": [], "left": []}
    (await bob.leave(room_id)).ok()
    assert await changes(alice, before) == {"changed": [], "left": []}


async def test_a_token_beyond_the_log_makes_everyone_news(alice: Person, bob: Person) -> None:
    await in_one_room(alice, bob)
    found = await changes(alice, "s999999999999")
    assert bob.user_id in found["changed"]


@pytest.mark.parametrize("wrong", ["", "x", "s", "s-1", "s1.5", "s" + "9" * 40, "s1_x"])
async def test_other_tokens_are_refused(alice: Person, wrong: str) -> None:
    good = await token(alice)
    for tokens in ({"from": wrong, "to": good}, {"from": good, "to": wrong}):
        (await alice.get("/keys/changes", **tokens)).refused(400, "M_INVALID_PARAM")


async def test_both_tokens_are_needed(alice: Person) -> None:
    good = await token(alice)
    (await alice.get("/keys/changes", **{"from": good})).refused(400, "M_MISSING_PARAM")
    (await alice.get("/keys/changes", to=good)).refused(400, "M_MISSING_PARAM")


async def test_without_a_token_nothing_is_told(alice: Person) -> None:
    answer = await alice.call("GET", "/keys/changes", token="", **{"from": "s1", "to": "s2"})
    answer.refused(401, "M_MISSING_TOKEN")
