"""Whose invitations a person takes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import Person

TYPE = "m.invite_permission_config"
BY_NAME = "org.matrix.msc4155.invite_permission_config"
NONSENSE: list[dict[str, Any]] = [
    {"blocked_users": "all"},
    {"blocked_users": {}},
    {"blocked_servers": [None]},
]


async def permit(person: Person, type: str, content: dict[str, Any]) -> None:
    (await person.put(f"/user/{person.user_id}/account_data/{type}", content)).ok()


async def invitations(person: Person) -> set[str]:
    """As both syncs tell of them."""
    rooms = (await person.get("/sync")).ok().body.get("rooms", {})
    lists = {"all": {"range": [0, 20], "timeline_limit": 1, "required_state": {}}}
    sliding = (await person.post("/_matrix/client/v4/sync", {"lists": lists})).ok()
    stripped = {r for r, room in sliding["rooms"].items() if room.get("membership") == "invite"}
    assert stripped == rooms.get("invite", {}).keys()
    return stripped


async def test_who_takes_none_is_not_asked_by_any_way(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room()
    earlier = await alice.create_room(invite=[bob.user_id])
    await permit(bob, TYPE, {"default_action": "block"})
    invite = {"membership": "invite"}
    for answer in (
        await alice.invite(room_id, bob),
        await alice.set_state(room_id, "m.room.member", invite, bob.user_id),
        await alice.post("/createRoom", {"invite": [bob.user_id]}),
    ):
        answer.refused(403, "M_INVITE_BLOCKED")
    # What came before is not shown either, but it stands.
    assert await invitations(bob) == set()
    state = await alice.get(f"/rooms/{earlier}/state/m.room.member/{bob.user_id}")
    assert state.ok()["membership"] == "invite"
    # They may still invite others, and come where they want.
    (await bob.invite(await bob.create_room(), alice)).ok()
    (await bob.join(earlier)).ok()

    await permit(bob, TYPE, {})
    (await alice.invite(room_id, bob)).ok()
    assert await invitations(bob) == {room_id}


@pytest.mark.parametrize(
    "content", [{}, {"default_action": "allow"}, {"default_action": 1}, {"default_action": None}]
)
async def test_what_is_not_understood_blocks_nobody(
    alice: Person, bob: Person, content: dict[str, Any]
) -> None:
    await permit(bob, TYPE, content)
    (await alice.invite(await alice.create_room(), bob)).ok()


async def test_people_and_servers_are_named_by_patterns(
    alice: Person, bob: Person, carol: Person
) -> None:
    room_of_alice, room_of_carol = await alice.create_room(), await carol.create_room()
    await permit(bob, BY_NAME, {"blocked_servers": ["local*"], "allowed_users": ["@car?l:*"]})
    (await alice.invite(room_of_alice, bob)).refused(403, "M_INVITE_BLOCKED")
    (await carol.invite(room_of_carol, bob)).ok()
    assert await invitations(bob) == {room_of_carol}

    await permit(bob, BY_NAME, {"ignored_users": [alice.user_id], "blocked_users": ["@*", 1]})
    (await alice.invite(room_of_alice, bob)).ok()
    (await carol.invite(await carol.create_room(), bob)).refused(403, "M_INVITE_BLOCKED")
    # What is ignored is there, but not told; so is what came before it was blocked.
    assert await invitations(bob) == set()

    await permit(bob, BY_NAME, {"enabled": False, "blocked_users": ["*"]})
    (await carol.invite(await carol.create_room(), bob)).ok()
    for nonsense in NONSENSE:
        await permit(bob, BY_NAME, nonsense)
        (await carol.invite(await carol.create_room(), bob)).ok()
