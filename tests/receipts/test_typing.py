"""setTyping: who is writing, told while it lasts."""

from __future__ import annotations

from typing import Any

import pytest

from teahouse.config import Config
from tests.people import Answer, Person, client_of, segment, sign_in, sign_up
from tests.receipts.test_receipts import room_of
from tests.server import running


async def type_in(who: Person, room_id: str, typing: bool = True, **body: Any) -> Answer:
    path = f"/rooms/{segment(room_id)}/typing/{segment(who.user_id)}"
    return await who.put(path, {"typing": typing, **body})


async def typists(who: Person, room_id: str, timeout: int = 0) -> list[str] | None:
    """As the next sync says; None when it says nothing."""
    answer = await who.sync(timeout=timeout)
    room = answer.body.get("rooms", {}).get("join", {}).get(room_id, {})
    for event in room.get("ephemeral", {}).get("events", []):
        if event["type"] == "m.typing":
            user_ids: list[str] = event["content"]["user_ids"]
            return user_ids
    return None


async def test_who_types_is_told_to_the_others_until_they_stop(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    await alice.sync()
    assert (await type_in(bob, room_id)).ok().body == {}
    assert await typists(alice, room_id) == [bob.user_id]
    (await type_in(bob, room_id, False)).ok()
    assert await typists(alice, room_id) == []


async def test_typing_ends_by_itself(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    await alice.sync()
    (await type_in(bob, room_id, timeout=300)).ok()
    assert await typists(alice, room_id) == [bob.user_id]
    assert await typists(alice, room_id, timeout=5000) == []


async def test_typing_on_is_one_change(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    (await type_in(bob, room_id)).ok()
    assert await typists(alice, room_id) == [bob.user_id]
    (await type_in(bob, room_id)).ok()
    assert await typists(alice, room_id) is None
    (await type_in(alice, room_id)).ok()
    assert await typists(alice, room_id) == sorted([alice.user_id, bob.user_id])


async def test_typing_on_lasts_longer(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    await alice.sync()
    (await type_in(bob, room_id, timeout=400)).ok()
    (await type_in(bob, room_id, timeout=60_000)).ok()
    assert await typists(alice, room_id) == [bob.user_id]
    assert await typists(alice, room_id, timeout=900) is None


async def test_a_first_sync_tells_of_those_who_type_and_not_that_nobody_does(
    alice: Person, bob: Person
) -> None:
    room_id = await room_of(alice, bob)
    (await type_in(bob, room_id)).ok()
    assert await typists(alice, room_id) == [bob.user_id]
    (await type_in(bob, room_id, False)).ok()
    alice.since = None
    assert await typists(alice, room_id) is None


async def test_who_leaves_types_no_more(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    (await type_in(bob, room_id)).ok()
    await alice.sync()
    (await bob.leave(room_id)).ok()
    told = await typists(alice, room_id, timeout=5000)
    while told is None:
        told = await typists(alice, room_id, timeout=5000)
    assert told == []


async def test_after_a_restart_nobody_types(settings: Config) -> None:
    async with running(settings) as server, client_of(server.url) as http:
        alice, bob = await sign_up(http, "alice"), await sign_up(http, "bob")
        room_id = await room_of(alice, bob)
        (await type_in(bob, room_id, timeout=120_000)).ok()
        assert await typists(alice, room_id) == [bob.user_id]
        since = alice.since
    async with running(settings) as server, client_of(server.url) as http:
        alice = await sign_in(http, "alice")
        alice.since = since
        assert await typists(alice, room_id) == []


async def test_nobody_types_for_another(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    path = f"/rooms/{segment(room_id)}/typing/{segment(bob.user_id)}"
    (await alice.put(path, {"typing": True})).refused(403, "M_FORBIDDEN")
    (await bob.put(path, {"typing": True})).ok()


async def test_a_stranger_can_not_type(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice)
    for typing in (True, False):
        (await type_in(bob, room_id, typing)).refused(403, "M_FORBIDDEN")
        (await type_in(bob, "!nowhere", typing)).refused(403, "M_FORBIDDEN")
        (await type_in(alice, room_id, typing)).ok()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"typing": 2},
        {"typing": "true"},
        {"typing": None},
        {"typing": True, "timeout": "30"},
        {"typing": True, "timeout": -1},
        {"typing": True, "timeout": 1.5},
        {"typing": True, "timeout": 2**60},
        [],
    ],
)
async def test_typing_is_a_boolean_and_its_timeout_a_count(alice: Person, body: Any) -> None:
    room_id = await room_of(alice)
    path = f"/rooms/{segment(room_id)}/typing/{segment(alice.user_id)}"
    (await alice.put(path, body)).refused(400, "M_BAD_JSON")


async def test_typing_takes_a_token(alice: Person) -> None:
    room_id = await room_of(alice)
    path = f"/rooms/{segment(room_id)}/typing/{segment(alice.user_id)}"
    answer = await alice.call("PUT", path, {"typing": True}, token="")
    answer.refused(401, "M_MISSING_TOKEN")
