"""Lists: which rooms, in which order, and how many of them."""

from __future__ import annotations

from typing import Any

from tests.people import Answer, Person, segment
from tests.sliding.following import STABLE, UNSTABLE, Following, everything


def listed(**filters: Any) -> dict[str, Any]:
    return everything(1, required_state=[], filters=filters)


async def rooms_of(person: Person, **filters: Any) -> set[str]:
    answer = (await person.post(UNSTABLE, listed(**filters))).ok()
    assert answer["lists"]["all"]["count"] == len(answer["rooms"])
    return set(answer["rooms"])


def places(answer: Answer) -> list[str]:
    room_ids: list[str] = answer["lists"]["all"]["ops"][0]["room_ids"]
    return room_ids


async def test_the_room_that_something_last_happened_in_comes_first(alice: Person) -> None:
    first, second, third = [await alice.create_room() for _ in range(3)]
    await alice.say(first, "newest")
    following = Following(alice, everything(ranges=[[0, 1]]))
    answer = await following.next()
    assert answer["lists"]["all"]["count"] == 3
    assert places(answer) == [first, third]
    assert answer["rooms"].keys() == {first, third}
    assert answer["rooms"][first]["bump_stamp"] > answer["rooms"][third]["bump_stamp"]
    following.asks = everything(ranges=[[0, 2]])
    assert (await following.next())["rooms"].keys() == {second}


async def test_a_room_that_was_out_of_sight_comes_back_with_what_was_missed(alice: Person) -> None:
    first, second = await alice.create_room(), await alice.create_room()
    following = Following(alice, everything(limit=1, ranges=[[0, 1]]))
    await following.next()
    following.asks = everything(limit=1, ranges=[[5, 6]])
    await alice.set_state(first, "m.room.name", {"name": "Missed"})
    await alice.say(first, "last")
    await alice.create_room()
    assert (await following.next(timeout=10))["rooms"] == {}
    following.asks = everything(limit=1, ranges=[[0, 9]])
    rooms = (await following.next())["rooms"]
    assert "initial" not in rooms[first]
    assert rooms[first]["name"] == "Missed"
    assert [event["type"] for event in rooms[first]["required_state"]] == ["m.room.name"]
    assert rooms[first]["limited"] is True
    assert second not in rooms


async def test_filters_tell_direct_chats_from_others(alice: Person, bob: Person) -> None:
    direct, other = await alice.create_room(), await alice.create_room()
    path = f"/user/{segment(alice.user_id)}/account_data/m.direct"
    await alice.put(path, {bob.user_id: [direct]})
    assert await rooms_of(alice, is_dm=True) == {direct}
    assert await rooms_of(alice, is_dm=False) == {other}
    following = Following(alice, everything())
    assert (await following.next())["rooms"][direct]["is_dm"] is True
    await alice.put(path, {bob.user_id: [other]})
    rooms = (await following.next())["rooms"]
    assert (rooms[direct]["is_dm"], rooms[other]["is_dm"]) == (False, True)


async def test_filters_by_encryption_invitation_and_type(alice: Person, bob: Person) -> None:
    encryption = {
        "type": "m.room.encryption",
        "state_key": "",
        "content": {"algorithm": "m.megolm.v1.aes-sha2"},
    }
    encrypted = await alice.create_room(initial_state=[encryption])
    space = await alice.create_room(creation_content={"type": "m.space"})
    invited = await bob.create_room(invite=[alice.user_id], initial_state=[encryption])
    assert await rooms_of(alice, is_encrypted=True) == {encrypted, invited}
    assert await rooms_of(alice, is_encrypted=False) == {space}
    assert await rooms_of(alice, is_invite=True) == {invited}
    assert await rooms_of(alice, is_invite=False) == {encrypted, space}
    assert await rooms_of(alice, room_types=["m.space"]) == {space}
    assert await rooms_of(alice, not_room_types=["m.space"]) == {encrypted, invited}
    assert await rooms_of(alice, room_types=[None, "m.space"], not_room_types=[None]) == {space}


async def test_filters_by_tag_and_by_space(alice: Person, bob: Person) -> None:
    room_id, other = await alice.create_room(), await alice.create_room()
    space = await alice.create_room(creation_content={"type": "m.space"})
    strange = await bob.create_room(creation_content={"type": "m.space"}, preset="public_chat")
    path = f"/user/{segment(alice.user_id)}/rooms/{segment(room_id)}/tags/m.favourite"
    await alice.put(path, {"order": 0.5})
    assert await rooms_of(alice, tags=["m.favourite", "u.x"]) == {room_id}
    assert await rooms_of(alice, not_tags=["m.favourite"]) == {other, space}
    await alice.set_state(space, "m.space.child", {"via": ["localhost"]}, other)
    await alice.set_state(space, "m.space.child", {}, room_id)
    await bob.set_state(strange, "m.space.child", {"via": ["localhost"]}, room_id)
    assert await rooms_of(alice, spaces=[space, strange]) == {other}
    assert await rooms_of(alice, spaces=[strange]) == set()


async def test_the_stable_shape_names_things_otherwise(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room()
    await alice.say(room_id, "hello")
    invited = await bob.create_room(invite=[alice.user_id])
    wish = {"timeline_limit": 1, "required_state": {"include": [{"type": "m.room.create"}]}}
    asks = {"lists": {"all": wish | {"range": [0, 9]}}}
    answer = (await alice.post(STABLE, asks)).ok()
    assert answer["lists"] == {"all": {"count": 2}}
    room = answer["rooms"][room_id]
    assert (room["membership"], room["lists"]) == ("join", ["all"])
    assert [event["content"]["body"] for event in room["timeline"]] == ["hello"]
    assert [event["type"] for event in room["required_state"]] == ["m.room.create"]
    assert answer["rooms"][invited]["membership"] == "invite"
    assert "stripped_state" in answer["rooms"][invited]
    asks = {"lists": {"all": wish | {"filters": {"is_invited": True}}}}
    assert (await alice.post(STABLE, asks))["rooms"].keys() == {invited}
    (await alice.post(STABLE, {"lists": {"all": {}}})).refused(400, "M_BAD_JSON")
    (await alice.post(STABLE, {"set_presence": "happy"})).refused(400, "M_INVALID_PARAM")
    (await alice.post(STABLE, {"pos": "nonsense"})).refused(400, "M_UNKNOWN_POS")
    (await alice.call("POST", STABLE, {}, token="")).refused(401, "M_MISSING_TOKEN")


async def test_in_the_stable_shape_a_star_fits_all(alice: Person) -> None:
    room_id = await alice.create_room(name="tea")
    state = {
        "include": [{"type": "*", "state_key": "*"}],
        "exclude": [{"type": "m.room.member", "state_key": "*"}],
    }
    asks = {"lists": {"all": {"timeline_limit": 1, "required_state": state}}}
    room = (await alice.post(STABLE, asks)).ok()["rooms"][room_id]
    types = {event["type"] for event in room["required_state"]}
    assert {"m.room.create", "m.room.name"} <= types
    assert "m.room.member" not in types


async def test_the_stable_shape_takes_a_hundred_lists_and_a_hundred_subscriptions(
    alice: Person,
) -> None:
    wish = {"timeline_limit": 1, "required_state": {}}
    for rules in ("lists", "room_subscriptions"):
        asks = {rules: {f"!{number}:localhost": wish for number in range(100)}}
        (await alice.post(STABLE, asks)).ok()
        asks[rules]["!100:localhost"] = wish
        (await alice.post(STABLE, asks)).refused(400, "M_INVALID_PARAM")
