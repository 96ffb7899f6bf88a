"""A room is replaced by one of another version: what goes along, what stays behind, who may."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.people import Answer, Person, segment
from tests.rooms.reading import NO_ROOM, of, together

TOMBSTONE = "m.room.tombstone"
LEVELS = "m.room.power_levels"

EITHER = pytest.mark.parametrize("version", ["11", "12"])
"""The last version with ids that servers choose, and the first without."""


async def ask(person: Person, room_id: str, version: str, **more: Any) -> Answer:
    return await person.post(of(room_id, "upgrade"), {"new_version": version, **more})


async def upgrade(person: Person, room_id: str, version: str = "12", **more: Any) -> str:
    replacement: str = (await ask(person, room_id, version, **more)).ok()["replacement_room"]
    return replacement


async def state(person: Person, room_id: str, type: str, state_key: str = "") -> Any:
    answer = await person.get(of(room_id, "state", type, state_key))
    return answer.ok().body if answer.status != 404 else None


async def levels(person: Person, room_id: str) -> Any:
    return await state(person, room_id, LEVELS)


async def set_levels(person: Person, room_id: str, **changes: Any) -> None:
    content = {**await levels(person, room_id), **changes}
    (await person.set_state(room_id, LEVELS, content)).ok()


@EITHER
async def test_the_rooms_name_each_other(alice: Person, version: str) -> None:
    old = await alice.create_room(name="Tea", creation_content={"type": "m.space"})
    new = await upgrade(alice, old, version)
    created = await state(alice, new, "m.room.create")
    assert (created["room_version"], created["type"]) == (version, "m.space")
    assert created["predecessor"]["room_id"] == old
    tombstone = (await alice.get(of(old, "state", TOMBSTONE, ""), format="event")).ok()
    assert tombstone["content"]["replacement_room"] == new
    if version == "11":
        assert created["predecessor"]["event_id"] == tombstone["event_id"]
    joined = (await alice.get("/joined_rooms")).ok()["joined_rooms"]
    assert joined == [old, new]


@pytest.mark.parametrize("before", ["1", "5", "9", "11", "12"])
@pytest.mark.parametrize("after", ["1", "6", "10", "12"])
async def test_any_version_can_follow_any_other(alice: Person, before: str, after: str) -> None:
    old = await alice.create_room(room_version=before, name="Tea")
    new = await upgrade(alice, old, after)
    assert await state(alice, new, "m.room.name") == {"name": "Tea"}
    await alice.say(new, "here we are")
    (await alice.set_state(new, TOMBSTONE, {"body": "", "replacement_room": old})).ok()


@EITHER
async def test_what_the_room_is_like_goes_along(alice: Person, version: str) -> None:
    wanted = {
        "m.room.name": {"name": "Tea"},
        "m.room.topic": {"topic": "Leaves"},
        "m.room.avatar": {"url": "mxc://localhost/leaf"},
        "m.room.join_rules": {"join_rule": "knock"},
        "m.room.guest_access": {"guest_access": "forbidden"},
        "m.room.history_visibility": {"history_visibility": "joined"},
        "m.room.server_acl": {"allow": ["*"]},
        "m.room.encryption": {"algorithm": "m.megolm.v1.aes-sha2"},
    }
    initial = [{"type": type, "content": content} for type, content in wanted.items()]
    personal = [{"type": "com.example.vote", "content": {"yes": True}}]
    old = await alice.create_room(initial_state=initial + personal)
    new = await upgrade(alice, old, version)
    assert {type: await state(alice, new, type) for type in wanted} == wanted
    assert await state(alice, new, "com.example.vote") is None


async def test_a_room_that_does_not_federate_stays_one(alice: Person) -> None:
    old = await alice.create_room(creation_content={"m.federate": False, "com.example": 1})
    created = await state(alice, await upgrade(alice, old), "m.room.create")
    assert created["m.federate"] is False
    assert "com.example" not in created


async def test_a_space_keeps_its_rooms(alice: Person) -> None:
    old = await alice.create_room(creation_content={"type": "m.space"})
    kept, gone = await alice.create_room(), await alice.create_room()
    (await alice.set_state(old, "m.space.child", {"via": ["localhost"]}, kept)).ok()
    (await alice.set_state(old, "m.space.child", {}, gone)).ok()
    new = await upgrade(alice, old)
    assert await state(alice, new, "m.space.child", kept) == {"via": ["localhost"]}
    assert await state(alice, new, "m.space.child", gone) is None


async def test_nobody_else_is_in_the_new_room_and_who_was_banned_stays_out(
    alice: Person, bob: Person, carol: Person
) -> None:
    old = await together(alice, bob)
    ban = {"user_id": carol.user_id, "reason": "Spam"}
    (await alice.post(of(old, "ban"), ban)).ok()
    new = await upgrade(alice, old)
    assert await state(alice, new, "m.room.member", bob.user_id) is None
    banned = await state(alice, new, "m.room.member", carol.user_id)
    assert banned == {"membership": "ban", "reason": "Spam"}
    (await bob.join(new)).ok()
    (await carol.join(new)).refused(403, "M_FORBIDDEN")


async def test_each_keeps_their_power(alice: Person, carol: Person) -> None:
    old = await together(alice, room_version="10")
    changes = {
        "users": {alice.user_id: 98, carol.user_id: 20},
        "events": {TOMBSTONE: 97, "com.example": 60},
        "kick": 60,
    }
    await set_levels(alice, old, **changes)
    carried = await levels(alice, await upgrade(alice, old, "11"))
    assert {key: carried[key] for key in changes} == changes


async def test_levels_above_a_hundred_go_along(alice: Person) -> None:
    override = {"users": {"@alice:localhost": 150}, "ban": 140, "events": {"com.example": 150}}
    old = await alice.create_room(room_version="10", power_level_content_override=override)
    carried = await levels(alice, await upgrade(alice, old, "11"))
    assert {key: carried[key] for key in override} == override


async def test_levels_in_strings_become_numbers(alice: Person) -> None:
    old = await alice.create_room(room_version="9")
    await set_levels(alice, old, kick="60", notifications={"room": "20"})
    carried = await levels(alice, await upgrade(alice, old, "10"))
    assert (carried["kick"], carried["notifications"]) == (60, {"room": 20})


async def test_creators_are_above_all_only_where_the_version_has_it(
    alice: Person, bob: Person, carol: Person
) -> None:
    old = await together(alice, bob, room_version="11")
    await set_levels(alice, old, users={alice.user_id: 100, bob.user_id: 50, carol.user_id: 50})
    newer = await upgrade(alice, old, "12", additional_creators=[bob.user_id, bob.user_id])
    created = await state(alice, newer, "m.room.create")
    assert created["additional_creators"] == [bob.user_id]
    assert (await levels(alice, newer))["users"] == {carol.user_id: 50}
    again = await upgrade(alice, newer, "12")
    assert "additional_creators" not in await state(alice, again, "m.room.create")
    back = await upgrade(alice, again, "11", additional_creators=[bob.user_id])
    assert "additional_creators" not in await state(alice, back, "m.room.create")
    assert (await levels(alice, back))["users"][alice.user_id] >= 100


@EITHER
async def test_names_and_the_place_in_the_directory_move(
    alice: Person, bob: Person, version: str
) -> None:
    old = await alice.create_room(visibility="public", room_alias_name="tea")
    (await alice.put("/directory/room/%23leaf:localhost", {"room_id": old})).ok()
    named = {"alias": "#tea:localhost", "alt_aliases": ["#leaf:localhost"]}
    (await alice.set_state(old, "m.room.canonical_alias", named)).ok()
    new = await upgrade(alice, old, version)
    for alias in ("tea", "leaf"):
        found = (await bob.get(f"/directory/room/%23{alias}:localhost")).ok()
        assert found["room_id"] == new
    assert await state(alice, new, "m.room.canonical_alias") == named
    assert await state(alice, old, "m.room.canonical_alias") == {}
    listed = (await bob.post("/publicRooms")).ok()["chunk"]
    assert [room["room_id"] for room in listed] == [new]


async def test_a_private_room_stays_out_of_the_directory(alice: Person) -> None:
    new = await upgrade(alice, await alice.create_room())
    listed = (await alice.get(f"/directory/list/room/{segment(new)}")).ok()
    assert listed["visibility"] == "private"


async def test_in_the_old_room_members_speak_no_more(alice: Person, bob: Person) -> None:
    old = await together(alice, bob)
    await bob.say(old, "before")
    await upgrade(alice, old)
    closed = await levels(alice, old)
    assert (closed["events_default"], closed["invite"]) == (50, 50)
    late = await bob.send(old, {"msgtype": "m.text", "body": "after"})
    late.refused(403, "M_FORBIDDEN")


async def test_levels_of_the_old_room_are_only_raised(alice: Person) -> None:
    old = await alice.create_room()
    await set_levels(alice, old, users_default=60, events_default=80)
    await upgrade(alice, old)
    closed = await levels(alice, old)
    assert (closed["events_default"], closed["invite"]) == (80, 61)


async def test_a_member_without_the_power_does_not_upgrade(alice: Person, bob: Person) -> None:
    old = await together(alice, bob, room_version="11")
    (await ask(bob, old, "12")).refused(403, "M_FORBIDDEN")
    assert await state(alice, old, TOMBSTONE) is None
    await set_levels(alice, old, users={alice.user_id: 100, bob.user_id: 100})
    await upgrade(bob, old)


async def test_who_may_set_a_tombstone_but_no_levels_upgrades_too(
    alice: Person, bob: Person
) -> None:
    old = await together(alice, bob, room_version="11")
    events = {**(await levels(alice, old))["events"], TOMBSTONE: 50}
    users = {alice.user_id: 100, bob.user_id: 50}
    await set_levels(alice, old, users=users, events=events)
    before = await levels(alice, old)
    new = await upgrade(bob, old, "11")
    assert (await levels(bob, new))["users"] == users
    assert await levels(alice, old) == before


async def test_who_is_not_in_the_room_does_not_upgrade_it(
    alice: Person, bob: Person, carol: Person
) -> None:
    old = await together(alice, bob)
    (await bob.leave(old)).ok()
    left = (await ask(bob, old, "12")).refused(403, "M_FORBIDDEN")
    theirs = (await ask(carol, old, "12")).refused(403, "M_FORBIDDEN")
    assert left.body == theirs.body
    (await ask(carol, NO_ROOM, "12")).refused(404, "M_NOT_FOUND")
    carol.access_token = ""
    (await ask(carol, old, "12")).refused(401, "M_MISSING_TOKEN")


async def test_a_version_that_is_not_known_is_refused(alice: Person) -> None:
    old = await alice.create_room()
    (await ask(alice, old, "tea")).refused(400, "M_UNSUPPORTED_ROOM_VERSION")
    assert await state(alice, old, TOMBSTONE) is None


@pytest.mark.parametrize("body", [{}, {"new_version": 12}, {"new_version": None}, []])
async def test_a_malformed_wish_is_refused(alice: Person, body: Any) -> None:
    old = await alice.create_room()
    (await alice.post(of(old, "upgrade"), body)).refused(400, "M_BAD_JSON")
    assert await state(alice, old, TOMBSTONE) is None


async def test_creators_are_people(alice: Person) -> None:
    old = await alice.create_room()
    bad = await ask(alice, old, "12", additional_creators=["bob"])
    bad.refused(400, "M_INVALID_PARAM")
    many = [f"@u{n}:localhost" for n in range(101)]
    (await ask(alice, old, "12", additional_creators=many)).refused(400, "M_INVALID_PARAM")
    assert await state(alice, old, TOMBSTONE) is None


async def test_who_asks_again_comes_to_the_same_room(alice: Person, bob: Person) -> None:
    old = await together(alice, bob, room_version="10")
    await set_levels(alice, old, users={alice.user_id: 100, bob.user_id: 100})
    new = await upgrade(alice, old, "11")
    assert await upgrade(alice, old, "11") == new
    assert await upgrade(bob, old, "11") == new
    (await bob.leave(old)).ok()
    (await ask(bob, old, "11")).refused(403, "M_FORBIDDEN")


@EITHER
async def test_wishes_at_the_same_time_make_one_room(
    alice: Person, bob: Person, version: str
) -> None:
    old = await together(alice, bob, room_version="10")
    await set_levels(alice, old, users={alice.user_id: 100, bob.user_id: 100})
    retried = [upgrade(person, old, version) for person in (alice, alice, bob, alice, bob)]
    (new,) = set(await asyncio.gather(*retried))
    assert (await alice.get("/joined_rooms")).ok()["joined_rooms"] == [old, new]
    assert (await state(alice, old, TOMBSTONE))["replacement_room"] == new


async def test_another_version_is_another_room(alice: Person) -> None:
    old = await alice.create_room(room_version="10")
    first = await upgrade(alice, old, "11")
    second = await upgrade(alice, old, "12")
    assert first != second
    assert (await state(alice, old, TOMBSTONE))["replacement_room"] == second
    # So is one in the place of a room that everyone has left.
    (await alice.leave(second)).ok()
    assert await upgrade(alice, old, "12") not in (first, second)


async def test_a_tombstone_that_names_a_stranger_stops_no_upgrade(
    alice: Person, bob: Person
) -> None:
    other, old = await bob.create_room(), await alice.create_room(room_version="11")
    await alice.set_state(old, TOMBSTONE, {"replacement_room": other})
    assert await upgrade(alice, old, "12") != other


async def test_levels_that_leave_less_power_come_after_all_that_is_carried(alice: Person) -> None:
    old = await alice.create_room(room_version="11", name="Tea")
    await set_levels(alice, old, users={alice.user_id: 60}, events={"m.room.name": 80})
    before = await levels(alice, old)
    new = await upgrade(alice, old, "11")
    history = (await alice.get(of(new, "messages"), dir="f", limit=50)).ok()["chunk"]
    sent = [event["type"] for event in history]
    assert sent.index("m.room.name") < max(n for n, type in enumerate(sent) if type == LEVELS)
    assert (sent.count(LEVELS), await levels(alice, new)) == (2, before)
    same = await upgrade(alice, await alice.create_room(room_version="11"), "11")
    history = (await alice.get(of(same, "messages"), dir="f", limit=50)).ok()["chunk"]
    assert [event["type"] for event in history].count(LEVELS) == 1
