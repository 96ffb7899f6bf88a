"""Creating rooms: what each option makes of them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from teahouse.config import Config
from teahouse.kit.clock import ManualClock
from teahouse.protocol.room_versions import ROOM_VERSIONS
from tests.people import Person, client_of, segment, sign_up
from tests.server import running

PRESETS = {
    "private_chat": ("invite", "shared", "can_join"),
    "trusted_private_chat": ("invite", "shared", "can_join"),
    "public_chat": ("public", "shared", "forbidden"),
}


async def content(person: Person, room_id: str, type: str, state_key: str = "") -> Any:
    path = f"/rooms/{segment(room_id)}/state/{segment(type)}/{segment(state_key)}"
    return (await person.get(path)).ok().body


async def state_types(person: Person, room_id: str) -> list[str]:
    events = (await person.get(f"/rooms/{segment(room_id)}/state")).ok().body
    return [event["type"] for event in events]


async def test_each_preset_has_its_own_rules(alice: Person) -> None:
    for preset, (join_rule, visibility, guests) in PRESETS.items():
        room_id = await alice.create_room(preset=preset)
        assert await content(alice, room_id, "m.room.join_rules") == {"join_rule": join_rule}
        found = await content(alice, room_id, "m.room.history_visibility")
        assert found == {"history_visibility": visibility}
        assert await content(alice, room_id, "m.room.guest_access") == {"guest_access": guests}


async def test_a_public_room_is_open_to_all_and_listed(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(visibility="public")
    assert (await bob.join(room_id)).ok()["room_id"] == room_id
    listed = (await bob.get(f"/directory/list/room/{segment(room_id)}")).ok()
    assert listed["visibility"] == "public"


async def test_a_private_room_is_closed_to_strangers(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room()
    (await bob.join(room_id)).refused(403, "M_FORBIDDEN")


async def test_name_topic_alias_and_first_state_are_set(alice: Person) -> None:
    room_id = await alice.create_room(
        name="Tea",
        topic="Leaves",
        room_alias_name="tea",
        initial_state=[
            {"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}},
            {"type": "m.room.history_visibility", "content": {"history_visibility": "joined"}},
        ],
        creation_content={"type": "x.test", "m.federate": False},
    )
    assert await content(alice, room_id, "m.room.name") == {"name": "Tea"}
    assert (await content(alice, room_id, "m.room.topic"))["topic"] == "Leaves"
    assert await content(alice, room_id, "m.room.canonical_alias") == {"alias": "#tea:localhost"}
    assert (await content(alice, room_id, "m.room.encryption"))["algorithm"]
    found = await content(alice, room_id, "m.room.history_visibility")
    assert found == {"history_visibility": "joined"}
    created = await content(alice, room_id, "m.room.create")
    assert (created["type"], created["m.federate"]) == ("x.test", False)
    found = (await alice.get("/directory/room/%23tea%3Alocalhost")).ok()
    assert found["room_id"] == room_id
    types = await state_types(alice, room_id)
    assert types[:3] == ["m.room.create", "m.room.member", "m.room.power_levels"]


async def test_a_room_begins_with_so_much_state_and_no_more(alice: Person) -> None:
    pieces = [{"type": "x.n", "state_key": str(n), "content": {}} for n in range(501)]
    too_much = await alice.post("/createRoom", {"initial_state": pieces})
    too_much.refused(400, "M_INVALID_PARAM")
    assert (await alice.get("/joined_rooms")).ok()["joined_rooms"] == []
    room_id = await alice.create_room(initial_state=pieces[1:])
    assert (await state_types(alice, room_id)).count("x.n") == 500


async def test_an_alias_that_is_taken_creates_no_room(alice: Person, bob: Person) -> None:
    await alice.create_room(room_alias_name="tea")
    (await bob.post("/createRoom", {"room_alias_name": "tea"})).refused(400, "M_ROOM_IN_USE")
    assert (await bob.get("/joined_rooms")).ok()["joined_rooms"] == []


async def test_a_room_begins_with_no_name_that_is_not_its_own(alice: Person) -> None:
    cases: tuple[tuple[dict[str, Any], str], ...] = (
        ({"alias": {}}, "M_INVALID_PARAM"),
        ({"alt_aliases": [{}]}, "M_INVALID_PARAM"),
        ({"alt_aliases": {}}, "M_INVALID_PARAM"),
        ({"alias": "#tea:localhost"}, "M_BAD_ALIAS"),
    )
    for names, errcode in cases:
        state = {"type": "m.room.canonical_alias", "state_key": "", "content": names}
        answer = await alice.post("/createRoom", {"initial_state": [state]})
        answer.refused(400, errcode)
    assert (await alice.get("/joined_rooms")).ok()["joined_rooms"] == []


async def test_a_room_begins_with_a_name_that_it_is_given(alice: Person) -> None:
    names = {"alias": "#tea:localhost", "alt_aliases": ["#tea:localhost"]}
    state = {"type": "m.room.canonical_alias", "state_key": "", "content": names}
    room_id = await alice.create_room(room_alias_name="tea", initial_state=[state])
    assert await content(alice, room_id, "m.room.canonical_alias") == names


async def test_an_alias_with_what_no_alias_can_have_is_refused(alice: Person) -> None:
    answer = await alice.post("/createRoom", {"room_alias_name": "x" * 300})
    answer.refused(400, "M_INVALID_PARAM")


async def test_who_is_invited_can_join(alice: Person, bob: Person, carol: Person) -> None:
    room_id = await alice.create_room(invite=[bob.user_id], is_direct=True)
    member = await content(alice, room_id, "m.room.member", bob.user_id)
    assert (member["membership"], member["is_direct"]) == ("invite", True)
    (await bob.join(room_id)).ok()
    (await carol.join(room_id)).refused(403, "M_FORBIDDEN")


async def test_in_a_trusted_chat_all_are_equal(alice: Person, bob: Person) -> None:
    for version in ("11", "12"):
        room_id = await alice.create_room(
            preset="trusted_private_chat", invite=[bob.user_id], room_version=version
        )
        await bob.join(room_id)
        (
            await bob.set_state(
                room_id, "m.room.history_visibility", {"history_visibility": "joined"}
            )
        ).ok()


async def test_in_a_private_chat_the_creator_decides(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(preset="private_chat", invite=[bob.user_id])
    await bob.join(room_id)
    (await alice.set_state(room_id, "m.room.name", {"name": "Tea"})).ok()
    (await bob.set_state(room_id, "m.room.name", {"name": "Mine"})).refused(403, "M_FORBIDDEN")


async def test_power_levels_can_be_chosen(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(
        preset="public_chat", power_level_content_override={"events_default": 10}
    )
    await bob.join(room_id)
    (await alice.send(room_id, {})).ok()
    (await bob.send(room_id, {})).refused(403, "M_FORBIDDEN")


async def test_power_levels_that_the_rules_refuse_create_no_room(alice: Person) -> None:
    override = {"users": {alice.user_id: 100}}
    answer = await alice.post(
        "/createRoom", {"room_version": "12", "power_level_content_override": override}
    )
    answer.refused(400, "M_INVALID_ROOM_STATE")
    assert (await alice.get("/joined_rooms")).ok()["joined_rooms"] == []


async def test_what_no_power_could_allow_is_a_wrong_request(alice: Person, bob: Person) -> None:
    creators = {"additional_creators": [bob.user_id]}
    room_id = await alice.create_room(
        preset="public_chat", room_version="12", creation_content=creators
    )
    await bob.join(room_id)
    for person in (alice, bob):
        levels = await alice.set_state(
            room_id, "m.room.power_levels", {"users": {person.user_id: 100}}
        )
        levels.refused(400, "M_INVALID_PARAM")
    for version in ("11", "12"):
        begun = await alice.create_room(room_version=version)
        again = await alice.set_state(begun, "m.room.create", {"room_version": version, "tea": 1})
        assert (again.status, again.errcode) in ((400, "M_INVALID_PARAM"), (400, "M_BAD_JSON"))


@pytest.mark.parametrize("version", ROOM_VERSIONS)
async def test_a_room_of_each_version_can_be_used(alice: Person, bob: Person, version: str) -> None:
    room_id = await alice.create_room(preset="public_chat", room_version=version, name="Tea")
    await bob.join(room_id)
    event_id = await bob.say(room_id, "hello")
    (await alice.put(f"/rooms/{segment(room_id)}/redact/{segment(event_id)}/1")).ok()
    event = (await bob.get(f"/rooms/{segment(room_id)}/event/{segment(event_id)}")).ok()
    assert event["content"] == {}
    (await alice.post(f"/rooms/{segment(room_id)}/kick", {"user_id": bob.user_id})).ok()
    (await bob.send(room_id, {})).refused(403, "M_FORBIDDEN")


async def test_a_version_that_is_not_known_is_refused(alice: Person) -> None:
    answer = await alice.post("/createRoom", {"room_version": "13"})
    answer.refused(400, "M_UNSUPPORTED_ROOM_VERSION")


async def test_people_can_not_be_invited_through_an_identity_server(alice: Person) -> None:
    invite = {"id_server": "x", "id_access_token": "y", "medium": "email", "address": "a@b.org"}
    answer = await alice.post("/createRoom", {"invite_3pid": [invite]})
    answer.refused(403, "M_THREEPID_DENIED")


async def test_rooms_made_in_the_same_moment_are_different_rooms(settings: Config) -> None:
    async with running(settings, ManualClock()) as server, client_of(server.url) as http:
        alice = await sign_up(http, "alice")
        rooms = await asyncio.gather(*(alice.create_room() for _ in range(5)))
        assert len(set(rooms)) == 5
