"""The authorization rules that are not about members or power: each beside its refusal."""

from __future__ import annotations

from typing import Any

import pytest

from teahouse.protocol import auth_rules, events
from teahouse.protocol.auth_rules import NotAllowed, StateSnapshot
from teahouse.protocol.events import Draft, Pdu
from teahouse.protocol.room_versions import ROOM_VERSIONS
from tests.protocol.rooms import (
    ALICE,
    BOB,
    VERSIONS,
    ZOE,
    TestRoom,
    versions_before,
    versions_since,
)


def create_event(version: str, *, room_id: str | None = None, **content: Any) -> Pdu:
    room_version = ROOM_VERSIONS[version]
    if not room_version.room_id_is_create_hash:
        room_id = room_id or "!r:tea.house"
        content.setdefault("creator", ALICE)
    draft = Draft(room_id, "m.room.create", ALICE, content, "", 1)
    return events.build(room_version, draft, prev_events=[], auth_events=[], depth=1)


def may_create(version: str, pdu: Pdu) -> bool:
    room_version = ROOM_VERSIONS[version]
    try:
        auth_rules.check(room_version, StateSnapshot(room_version, []), pdu)
    except NotAllowed:
        return False
    return True


@pytest.mark.parametrize("version", VERSIONS)
def test_a_room_begins_with_its_create_event(version: str) -> None:
    pdu = create_event(version, room_version=version)
    assert may_create(version, pdu)
    assert not may_create(version, {**pdu, "prev_events": ["$something"]})


@pytest.mark.parametrize("version", VERSIONS)
def test_the_room_version_must_be_known(version: str) -> None:
    assert may_create(version, create_event(version))
    assert not may_create(version, create_event(version, room_version="13"))
    assert not may_create(version, create_event(version, room_version=12))


@pytest.mark.parametrize("version", versions_before(12))
def test_the_room_id_is_of_the_creators_server(version: str) -> None:
    assert may_create(version, create_event(version, room_id="!r:tea.house"))
    assert not may_create(version, create_event(version, room_id="!r:elsewhere.example"))


def test_since_version_12_the_create_event_has_no_room_id() -> None:
    pdu = create_event("12")
    assert may_create("12", pdu)
    assert not may_create("12", {**pdu, "room_id": "!r:tea.house"})


@pytest.mark.parametrize("version", versions_before(11))
def test_before_version_11_the_create_event_names_its_creator(version: str) -> None:
    pdu = create_event(version)
    assert may_create(version, pdu)
    assert not may_create(version, {**pdu, "content": {}})


def test_since_version_11_it_does_not() -> None:
    pdu = create_event("11")
    assert may_create("11", {**pdu, "content": {}})


@pytest.mark.parametrize("creators", [[], [BOB], [BOB, ZOE, "@:x", "@HISTORICAL!:x"]])
def test_additional_creators_are_users(creators: list[str]) -> None:
    assert may_create("12", create_event("12", additional_creators=creators))


@pytest.mark.parametrize("creators", [BOB, None, {BOB: 1}, [1], [BOB, "bob"], [[BOB]], ["@bob"]])
def test_nothing_else_is_an_additional_creator(creators: Any) -> None:
    assert not may_create("12", create_event("12", additional_creators=creators))
    assert may_create("11", create_event("11", additional_creators=creators))


@pytest.mark.parametrize("version", VERSIONS)
def test_nothing_happens_in_a_room_that_was_not_created(version: str) -> None:
    room = TestRoom.with_members(version)
    pdu = room.event("m.room.message", ALICE)
    assert room.accepts(pdu)
    with pytest.raises(NotAllowed):
        auth_rules.check(room.version, StateSnapshot(room.version, []), pdu)
    assert not room.accepts({**pdu, "room_id": "!other:tea.house"})
    assert not room.accepts({k: v for k, v in pdu.items() if k != "room_id"})


@pytest.mark.parametrize("version", VERSIONS)
def test_an_unfederated_room_is_for_the_creators_server(version: str) -> None:
    for federate, allowed in ((True, True), (False, False), ("no", True)):
        content: dict[str, Any] = {"m.federate": federate}
        room = TestRoom(version, **content)
        room.set_member(ALICE, "join")
        room.set_join_rule("public")
        assert room.accepts(room.member(ZOE, ZOE, "join")) == allowed
        assert room.accepts(room.member(BOB, BOB, "join"))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("membership", ["invite", "leave", "ban", "knock"])
def test_only_members_send(version: str, membership: str) -> None:
    room = TestRoom.with_members(version, bob="join")
    assert room.accepts(room.event("m.room.message", BOB))
    room.set_member(BOB, membership)
    assert not room.accepts(room.event("m.room.message", BOB))
    assert not room.accepts(room.event("m.room.message", ZOE))


@pytest.mark.parametrize("version", versions_before(6))
def test_aliases_are_set_by_who_is_of_their_server(version: str) -> None:
    room = TestRoom.with_members(version)
    assert room.accepts(room.event("m.room.aliases", ALICE, {"aliases": []}, "tea.house"))
    assert room.accepts(room.event("m.room.aliases", ZOE, {}, "elsewhere.example"))
    assert not room.accepts(room.event("m.room.aliases", ALICE, {}, "elsewhere.example"))
    assert not room.accepts(room.event("m.room.aliases", ALICE, {}))


@pytest.mark.parametrize("version", versions_since(6))
def test_since_version_6_aliases_are_state_like_other(version: str) -> None:
    room = TestRoom.with_members(version)
    assert room.accepts(room.event("m.room.aliases", ALICE, {}, "elsewhere.example"))
    assert not room.accepts(room.event("m.room.aliases", ZOE, {}, "elsewhere.example"))


@pytest.mark.parametrize("version", VERSIONS)
def test_third_party_invites_take_the_level_to_invite(version: str) -> None:
    room = TestRoom.with_members(version, bob="join")
    room.set_levels(invite=30, users={BOB: 30}, events={"m.room.third_party_invite": 99})
    assert room.accepts(room.event("m.room.third_party_invite", BOB, {}, "token"))
    room.set_levels(invite=30, users={BOB: 29}, events={"m.room.third_party_invite": 0})
    assert not room.accepts(room.event("m.room.third_party_invite", BOB, {}, "token"))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("levels", "type", "state_key", "needed"),
    [
        ({"events": {"m.room.topic": 7}}, "m.room.topic", "", 7),
        ({"events": {"m.room.topic": 7}, "state_default": 9}, "m.room.name", "", 9),
        ({"events": {"m.room.topic": 7}}, "m.room.name", "", 50),
        ({"events_default": 3, "state_default": 9}, "m.room.message", None, 3),
        ({"events": {"m.reaction": 4}}, "m.reaction", None, 4),
        ({"state_default": 9}, "m.room.power_levels", "", 9),
        ({"events": {"m.room.message": -5}}, "m.room.message", None, -5),
    ],
)
def test_an_event_takes_the_level_of_its_type(
    version: str, levels: dict[str, Any], type: str, state_key: str | None, needed: int
) -> None:
    room = TestRoom.with_members(version, bob="join")
    room.set_levels(**levels, users={BOB: needed})
    content = room.state.power_levels_content if type == "m.room.power_levels" else {}
    pdu = room.event(type, BOB, dict(content or {}), state_key)
    assert room.accepts(pdu)
    room.set_levels(**levels, users={BOB: needed - 1})
    assert not room.accepts(pdu)


@pytest.mark.parametrize("version", VERSIONS)
def test_without_power_levels_only_the_creator_sets_state(version: str) -> None:
    room = TestRoom.with_members(version, bob="join")
    assert room.accepts(room.event("m.room.topic", ALICE, {}, ""))
    assert not room.accepts(room.event("m.room.topic", BOB, {}, ""))
    assert room.accepts(room.event("m.room.message", BOB))


@pytest.mark.parametrize("version", VERSIONS)
def test_state_named_after_a_user_is_that_users(version: str) -> None:
    room = TestRoom.with_members(version, bob="join")
    room.set_levels(state_default=0)
    assert room.accepts(room.event("im.teahouse.mood", BOB, {}, BOB))
    assert not room.accepts(room.event("im.teahouse.mood", BOB, {}, ALICE))
    assert not room.accepts(room.event("im.teahouse.mood", ALICE, {}, BOB))
    assert not room.accepts(room.event("im.teahouse.mood", BOB, {}, "@"))
    assert room.accepts(room.event("im.teahouse.mood", BOB, {}, "alice"))


@pytest.mark.parametrize("version", ["1", "2"])
def test_in_versions_1_and_2_redactions_need_power_or_the_same_server(version: str) -> None:
    room = TestRoom.with_members(version, bob="join")
    room.set_levels(redact=60, users={BOB: 60})
    other, own = "$x:elsewhere.example", "$x:tea.house"
    assert room.accepts(room.event("m.room.redaction", BOB, redacts=other))
    room.set_levels(redact=60, users={BOB: 59})
    assert not room.accepts(room.event("m.room.redaction", BOB, redacts=other))
    assert room.accepts(room.event("m.room.redaction", BOB, redacts=own))
    assert not room.accepts(room.event("m.room.redaction", BOB))


@pytest.mark.parametrize("version", versions_since(3))
def test_since_version_3_redactions_are_judged_when_they_are_applied(version: str) -> None:
    room = TestRoom.with_members(version, bob="join")
    room.set_levels(redact=60)
    assert room.accepts(room.event("m.room.redaction", BOB, redacts="$x"))
    room.set_levels(redact=60, events={"m.room.redaction": 1})
    assert not room.accepts(room.event("m.room.redaction", BOB, redacts="$x"))
