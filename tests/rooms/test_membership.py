"""Joining, inviting, leaving, kicking, banning: who may, beside who may not."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.people import PASSWORD, Answer, Person, segment


@pytest.fixture
async def room_id(alice: Person) -> str:
    return await alice.create_room(preset="public_chat")


async def act(person: Person, room_id: str, verb: str, other: Person, **more: Any) -> Answer:
    return await person.post(
        f"/rooms/{segment(room_id)}/{verb}", {"user_id": other.user_id, **more}
    )


async def member(person: Person, room_id: str, other: Person) -> Any:
    path = f"/rooms/{segment(room_id)}/state/m.room.member/{segment(other.user_id)}"
    return (await person.get(path)).ok().body


async def test_joining_twice_is_joining_once(alice: Person, bob: Person, room_id: str) -> None:
    (await bob.join(room_id)).ok()
    (await bob.join(room_id)).ok()
    events = (await alice.get(f"/rooms/{segment(room_id)}/messages", dir="b")).ok()["chunk"]
    assert [e.get("state_key") for e in events].count(bob.user_id) == 1


async def test_a_room_can_be_joined_by_its_alias(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(preset="public_chat", room_alias_name="tea")
    assert (await bob.join("#tea:localhost")).ok()["room_id"] == room_id
    (await bob.join("#none:localhost")).refused(404, "M_NOT_FOUND")
    (await bob.join("tea")).refused(400, "M_INVALID_PARAM")


async def test_a_room_that_is_not_there_can_not_be_joined(alice: Person) -> None:
    (await alice.join("!" + "A" * 43)).refused(404, "M_NOT_FOUND")


async def test_who_is_in_as_many_rooms_as_may_be_joins_no_other_until_leaving_one(
    alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teahouse.homeserver.rooms.members.membership.MAX_JOINED_ROOMS", 2)
    rooms = [await alice.create_room(preset="public_chat") for _ in range(2)]
    for room_id in rooms:
        (await bob.join(room_id)).ok()
    bobs = {"preset": "public_chat"}
    (await bob.post("/createRoom", bobs)).refused(413, "M_TOO_LARGE")
    (await bob.join(rooms[0])).ok()
    (await bob.leave(rooms[0])).ok()
    (await bob.post("/createRoom", bobs)).ok()
    (await bob.join(rooms[0])).refused(413, "M_TOO_LARGE")


async def test_a_join_shows_name_picture_and_reason(bob: Person, room_id: str) -> None:
    path = f"/profile/{segment(bob.user_id)}/displayname"
    (await bob.put(path, {"displayname": "Bob"})).ok()
    (await bob.post(f"/rooms/{segment(room_id)}/join", {"reason": "thirst"})).ok()
    found = await member(bob, room_id, bob)
    assert (found["displayname"], found["reason"]) == ("Bob", "thirst")
    (await bob.put(path, {"displayname": "Robert"})).ok()
    assert (await member(bob, room_id, bob))["displayname"] == "Robert"


async def test_members_invite_and_strangers_do_not(
    alice: Person, bob: Person, carol: Person
) -> None:
    room_id = await alice.create_room()
    (await act(bob, room_id, "invite", carol)).refused(403, "M_FORBIDDEN")
    (await act(alice, room_id, "invite", bob, reason="tea")).ok()
    (await act(bob, room_id, "invite", carol)).refused(403, "M_FORBIDDEN")
    (await bob.join(room_id)).ok()
    (await act(bob, room_id, "invite", carol)).ok()
    (await act(bob, room_id, "invite", alice)).refused(403, "M_FORBIDDEN")


async def test_an_invitation_can_be_declined(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(invite=[bob.user_id])
    (await bob.leave(room_id)).ok()
    (await bob.join(room_id)).refused(403, "M_FORBIDDEN")


async def test_leaving_twice_is_leaving_once(alice: Person, bob: Person, room_id: str) -> None:
    await bob.join(room_id)
    (await bob.leave(room_id)).ok()
    (await bob.leave(room_id)).ok()
    assert (await member(alice, room_id, bob))["membership"] == "leave"


async def test_who_has_the_power_kicks_and_who_has_not_does_not(
    alice: Person, bob: Person, carol: Person, room_id: str
) -> None:
    await bob.join(room_id)
    (await act(alice, room_id, "kick", carol)).refused(403, "M_FORBIDDEN")
    await carol.join(room_id)
    (await act(bob, room_id, "kick", carol)).refused(403, "M_FORBIDDEN")
    (await act(alice, room_id, "kick", carol, reason="spilled")).ok()
    assert (await member(alice, room_id, carol))["reason"] == "spilled"
    (await carol.join(room_id)).ok()


async def test_who_is_banned_stays_out_until_unbanned(
    alice: Person, bob: Person, carol: Person, room_id: str
) -> None:
    await bob.join(room_id)
    (await act(bob, room_id, "ban", carol)).refused(403, "M_FORBIDDEN")
    (await act(alice, room_id, "unban", carol)).refused(403, "M_FORBIDDEN")
    (await act(alice, room_id, "ban", carol)).ok()
    (await carol.join(room_id)).refused(403, "M_FORBIDDEN")
    (await act(alice, room_id, "invite", carol)).refused(403, "M_FORBIDDEN")
    (await act(bob, room_id, "unban", carol)).refused(403, "M_FORBIDDEN")
    (await act(alice, room_id, "unban", carol)).ok()
    (await carol.join(room_id)).ok()


async def test_a_room_is_forgotten_only_once_it_is_left(
    alice: Person, bob: Person, room_id: str
) -> None:
    path = f"/rooms/{segment(room_id)}/forget"
    (await bob.post(path)).refused(403, "M_FORBIDDEN")
    await bob.join(room_id)
    (await bob.post(path)).refused(400, "M_UNKNOWN")
    await bob.leave(room_id)
    (await bob.post(path)).ok()
    left = (await bob.sync(filter='{"room":{"include_leave":true}}')).body.get("rooms", {})
    assert room_id not in left.get("leave", {})
    (await bob.join(room_id)).ok()


async def test_who_comes_back_has_not_forgotten_the_room(
    alice: Person, bob: Person, room_id: str
) -> None:
    async def by_state() -> Answer:
        content = {"membership": "join"}
        return await bob.set_state(room_id, "m.room.member", content, bob.user_id)

    async def by_invitation() -> Answer:
        return await alice.invite(room_id, bob)

    await bob.join(room_id)
    for comes_back in (partial(bob.join, room_id), by_state, by_invitation):
        await bob.leave(room_id)
        (await bob.post(f"/rooms/{segment(room_id)}/forget")).ok()
        (await bob.get(f"/rooms/{segment(room_id)}/state")).refused(403, "M_FORBIDDEN")
        (await comes_back()).ok()
        await bob.leave(room_id)
        (await bob.get(f"/rooms/{segment(room_id)}/state")).ok()
        (await bob.get(f"/rooms/{segment(room_id)}/messages", dir="b")).ok()
        first = await bob.get("/sync", filter='{"room":{"include_leave":true}}')
        assert room_id in first.ok()["rooms"]["leave"]


async def test_who_forgets_a_room_has_left_it_on_each_of_their_devices(
    alice: Person, bob: Person, room_id: str
) -> None:
    await bob.join(room_id)
    other = await bob.another_device()
    assert room_id in (await other.sync())["rooms"]["join"]
    await bob.leave(room_id)
    (await bob.post(f"/rooms/{segment(room_id)}/forget")).ok()
    assert room_id in (await other.sync())["rooms"]["leave"]
    assert room_id not in (await other.sync()).body.get("rooms", {}).get("leave", {})


async def test_a_restricted_room_is_open_to_the_members_of_another(
    alice: Person, bob: Person, carol: Person
) -> None:
    club = await alice.create_room(preset="public_chat")
    rules = {
        "join_rule": "restricted",
        "allow": [{"type": "m.room_membership", "room_id": club}],
    }
    room_id = await alice.create_room(
        initial_state=[{"type": "m.room.join_rules", "content": rules}]
    )
    (await bob.join(room_id)).refused(403, "M_FORBIDDEN")
    await bob.join(club)
    (await bob.join(room_id)).ok()
    found = await member(alice, room_id, bob)
    assert found["join_authorised_via_users_server"] == alice.user_id
    (await carol.join(room_id)).refused(403, "M_FORBIDDEN")


async def test_who_comes_in_by_saying_so_themselves_may_have_a_name_of_their_own_there(
    alice: Person, bob: Person, room_id: str
) -> None:
    named = {"membership": "join", "displayname": "Robert"}
    (await bob.set_state(room_id, "m.room.member", named, bob.user_id)).ok()
    assert (await member(alice, room_id, bob)) == named
    private = await alice.create_room(preset="private_chat")
    joined = await bob.set_state(private, "m.room.member", named, bob.user_id)
    joined.refused(403, "M_FORBIDDEN")
    nowhere = await bob.set_state("!" + "A" * 43, "m.room.member", named, bob.user_id)
    nowhere.refused(403, "M_FORBIDDEN")


async def test_saying_so_oneself_gets_nobody_into_more_rooms_than_may_be(
    bob: Person, room_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teahouse.homeserver.rooms.members.membership.MAX_JOINED_ROOMS", 0)
    joined = await bob.set_state(room_id, "m.room.member", {"membership": "join"}, bob.user_id)
    joined.refused(413, "M_TOO_LARGE")


async def test_nobody_says_who_vouches_for_them(alice: Person, bob: Person) -> None:
    space = await alice.create_room(preset="public_chat")
    rules = {
        "join_rule": "restricted",
        "allow": [{"type": "m.room_membership", "room_id": space}],
    }
    room_id = await alice.create_room(
        initial_state=[{"type": "m.room.join_rules", "state_key": "", "content": rules}]
    )
    (await alice.invite(room_id, bob)).ok()
    (await bob.join(room_id)).ok()
    (await act(alice, room_id, "kick", bob)).ok()
    vouched = {"membership": "join", "join_authorised_via_users_server": alice.user_id}
    (await bob.set_state(room_id, "m.room.member", vouched, bob.user_id)).refused(
        403, "M_FORBIDDEN"
    )
    (await bob.join(space)).ok()
    (await bob.set_state(room_id, "m.room.member", {"membership": "join"}, bob.user_id)).ok()
    found = await member(alice, room_id, bob)
    assert found["join_authorised_via_users_server"] == alice.user_id
    # Who is in says no more of it either, but a content that is sent back changes nothing.
    (await bob.set_state(room_id, "m.room.member", found, bob.user_id)).ok()
    assert await member(alice, room_id, bob) == found
    forged = found | {"join_authorised_via_users_server": "@nobody:elsewhere"}
    (await bob.set_state(room_id, "m.room.member", forged, bob.user_id)).ok()
    assert "join_authorised_via_users_server" not in await member(alice, room_id, bob)
    own = {"type": "m.room.member", "state_key": alice.user_id, "content": vouched}
    began = await alice.create_room(initial_state=[own])
    assert await member(alice, began, alice) == {"membership": "join"}


@pytest.mark.parametrize("membership", ["leave", "ban", "invite"])
async def test_who_neither_comes_in_nor_knocks_is_not_told_whether_there_is_a_room(
    alice: Person, bob: Person, membership: str
) -> None:
    said = {"membership": membership}
    answers = [
        (await bob.set_state(room_id, "m.room.member", said, bob.user_id))
        for room_id in (await alice.create_room(preset="public_chat"), "!" + "A" * 43)
    ]
    assert answers[0].refused(403, "M_FORBIDDEN").body == answers[1].body


async def test_who_may_knock_is_let_in_by_an_invitation(
    alice: Person, bob: Person, room_id: str
) -> None:
    knocked = await alice.create_room(
        initial_state=[{"type": "m.room.join_rules", "content": {"join_rule": "knock"}}]
    )
    (await bob.post(f"/knock/{segment(room_id)}")).refused(403, "M_FORBIDDEN")
    (await bob.post(f"/knock/{segment(knocked)}", {"reason": "please"})).ok()
    assert knocked in (await bob.sync())["rooms"]["knock"]
    (await bob.join(knocked)).refused(403, "M_FORBIDDEN")
    (await act(alice, knocked, "invite", bob)).ok()
    (await bob.join(knocked)).ok()


async def test_who_closes_their_account_leaves_their_rooms(
    alice: Person, bob: Person, room_id: str
) -> None:
    await bob.join(room_id)
    auth = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": bob.user_id},
        "password": PASSWORD,
    }
    (await bob.post("/account/deactivate", {"auth": auth})).ok()
    assert (await member(alice, room_id, bob))["membership"] == "leave"
