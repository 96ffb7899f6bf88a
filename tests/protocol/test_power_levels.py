"""Power levels: the defaults, what is read as a level, and the rules for changing them."""

from __future__ import annotations

from typing import Any

import pytest

from teahouse.protocol.power_levels import CREATOR_LEVEL, PowerLevels, read_level
from teahouse.protocol.room_versions import ROOM_VERSIONS
from tests.protocol.rooms import (
    ALICE,
    BOB,
    CAROL,
    VERSIONS,
    ZOE,
    TestRoom,
    versions_before,
    versions_since,
)

DEFAULTS = {
    "users_default": 0,
    "events_default": 0,
    "state_default": 50,
    "ban": 50,
    "redact": 50,
    "kick": 50,
    "invite": 0,
}


def levels_of(version: str, content: Any, **create_content: Any) -> PowerLevels:
    if ROOM_VERSIONS[version].creator_in_content:
        create_content.setdefault("creator", ALICE)
    return PowerLevels(
        ROOM_VERSIONS[version], content, create_content=create_content, create_sender=ALICE
    )


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("content", [None, {}])
def test_the_defaults(version: str, content: Any) -> None:
    levels = levels_of(version, content)
    assert {name: getattr(levels, name) for name in DEFAULTS} == DEFAULTS
    assert levels.notification("room") == 50
    assert levels.event("m.room.message", is_state=False) == 0
    assert levels.event("m.room.topic", is_state=True) == 50
    assert levels.user(BOB) == 0


@pytest.mark.parametrize("version", versions_before(12))
def test_the_creator_has_100_until_there_are_power_levels(version: str) -> None:
    assert levels_of(version, None).user(ALICE) == 100
    assert levels_of(version, {}).user(ALICE) == 0
    assert levels_of(version, {"users_default": 7}).user(ALICE) == 7


@pytest.mark.parametrize("content", [None, {}, {"users": {BOB: 5}, "users_default": 7}])
def test_since_version_12_creators_stand_above_all(content: Any) -> None:
    levels = levels_of("12", content, additional_creators=[CAROL])
    assert levels.user(ALICE) == levels.user(CAROL) == CREATOR_LEVEL > 2**53 - 1
    assert levels.creators == {ALICE, CAROL}
    assert levels_of("11", content, additional_creators=[CAROL]).user(CAROL) < 100


@pytest.mark.parametrize("version", VERSIONS)
def test_what_the_content_says_holds(version: str) -> None:
    given = {name: number for number, name in enumerate(DEFAULTS, 11)}
    maps = {"users": {BOB: 1}, "events": {"m.x": 2}, "notifications": {"room": 3}}
    levels = levels_of(version, {**given, **maps})
    assert {name: getattr(levels, name) for name in DEFAULTS} == given
    assert levels.user(BOB) == 1
    assert levels.user(CAROL) == given["users_default"]
    assert levels.event("m.x", is_state=True) == levels.event("m.x", is_state=False) == 2
    assert levels.event("m.y", is_state=True) == given["state_default"]
    assert levels.event("m.y", is_state=False) == given["events_default"]
    assert levels.notification("room") == 3
    assert levels.notification("other") == 50
    assert levels.may_send(BOB, "m.x", is_state=False) is False
    assert levels_of(version, {"users": {BOB: 2}, **maps, "users_default": 2}).may_send(
        CAROL, "m.x", is_state=False
    )
    assert levels.may_send(CAROL, "m.x", is_state=False) is True


@pytest.mark.parametrize(
    ("value", "level"),
    [
        ("100", 100),
        ("000100", 100),
        ("+100", 100),
        ("-100", -100),
        (" 100 ", 100),
        (" 00100\t", 100),
        (" +100 ", 100),
        (" -100\n", -100),
        ("0", 0),
        ("000", 0),
        ("", None),
        (" ", None),
        ("+", None),
        ("--1", None),
        ("+-1", None),
        ("+ 1", None),
        ("1 0", None),
        ("1.0", None),
        ("1e3", None),
        ("1_000", None),
        ("0x10", None),
        ("١٢", None),
        ("\u00a01", None),
        ("9" * 19, None),
        ("9" * 100_000, None),
    ],
)
def test_levels_in_strings(value: str, level: int | None) -> None:
    for version in versions_before(10):
        assert read_level(ROOM_VERSIONS[version], value) == level
    for version in versions_since(10):
        assert read_level(ROOM_VERSIONS[version], value) is None


@pytest.mark.parametrize(
    ("value", "level"),
    [
        (50.57, 50),
        (5.114698e4, 51146),
        (-50.9, -50),
        (50.0, 50),
        (float("inf"), None),
        (float("nan"), None),
    ],
)
def test_levels_in_floats(value: float, level: int | None) -> None:
    for version in versions_before(6):
        assert read_level(ROOM_VERSIONS[version], value) == level
    for version in versions_since(6):
        assert read_level(ROOM_VERSIONS[version], value) is None


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("value", [True, False, None, [], {}, [1], {"a": 1}])
def test_what_is_never_a_level(version: str, value: Any) -> None:
    assert read_level(ROOM_VERSIONS[version], value) is None
    levels = levels_of(version, dict.fromkeys([*DEFAULTS, "users", "events"], value))
    assert {name: getattr(levels, name) for name in DEFAULTS} == DEFAULTS


def accepts_levels(room: TestRoom, sender: str, content: dict[str, Any]) -> bool:
    return room.accepts(room.event("m.room.power_levels", sender, content, ""))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", DEFAULTS)
def test_a_level_is_an_integer(version: str, name: str) -> None:
    room = TestRoom.with_members(version)
    assert accepts_levels(room, ALICE, {name: 10})
    assert accepts_levels(room, ALICE, {name: "10"}) == (int(version) < 10)
    wrong: list[Any] = ["ten", None, True, [10], {}]
    for value in wrong:
        assert not accepts_levels(room, ALICE, {name: value})


@pytest.mark.parametrize("version", versions_before(6))
def test_a_level_may_be_a_float_while_json_is_lax(version: str) -> None:
    room = TestRoom.with_members(version)
    assert accepts_levels(room, ALICE, {"ban": 50.57})


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("name", "since"), [("events", 1), ("users", 1), ("notifications", 6)])
def test_levels_by_name_are_integers(version: str, name: str, since: int) -> None:
    room = TestRoom.with_members(version)
    key = BOB if name == "users" else "m.x"
    assert accepts_levels(room, ALICE, {name: {key: 10}})
    assert accepts_levels(room, ALICE, {name: {}})
    wrong: list[Any] = [[], None, "x", {key: None}, {key: "ten"}, {key: [1]}, {key: {}}]
    for value in wrong:
        assert accepts_levels(room, ALICE, {name: value}) == (int(version) < since)


@pytest.mark.parametrize("version", VERSIONS)
def test_levels_are_of_users(version: str) -> None:
    room = TestRoom.with_members(version)
    assert accepts_levels(room, ALICE, {"users": {BOB: 1, "@HISTORICAL one:x": 2}})
    for user_id in ("bob", "@bob", "", "#bob:tea.house", "@b:c:d"):
        assert not accepts_levels(room, ALICE, {"users": {BOB: 1, user_id: 1}})


def test_since_version_12_creators_get_no_level() -> None:
    room = TestRoom("12", additional_creators=[CAROL])
    room.set_member(ALICE, "join")
    assert accepts_levels(room, ALICE, {"users": {BOB: 100}})
    for creator in (ALICE, CAROL):
        assert not accepts_levels(room, ALICE, {"users": {BOB: 100, creator: 100}})


@pytest.mark.parametrize("version", VERSIONS)
def test_the_first_power_levels_may_be_any(version: str) -> None:
    room = TestRoom.with_members(version, bob="join")
    assert accepts_levels(room, ALICE, {"users": {BOB: 1000}, "ban": 1000})
    assert not accepts_levels(room, BOB, {})


BASE = {
    "state_default": 40,
    "kick": 50,
    "ban": 60,
    "users": {BOB: 50, CAROL: 40, "@dan:tea.house": 50, ZOE: 60},
    "events": {"m.low": 40, "m.high": 60},
    "notifications": {"room": 50, "all": 60},
}
"""Bob has 50, and tries to change these."""

CHANGES: list[tuple[str, str, Any, bool]] = [
    # Plain levels: neither the old value nor the new above one's own.
    ("nothing changes", "", None, True),
    ("raise to one's own", "state_default", 50, True),
    ("raise above one's own", "state_default", 51, False),
    ("lower", "kick", 0, True),
    ("lower what is higher", "ban", 50, False),
    ("remove", "kick", None, True),
    ("remove what is higher", "ban", None, False),
    ("add", "redact", 50, True),
    ("add above one's own", "redact", 51, False),
    ("below zero", "users_default", -1, True),
    # By type of event.
    ("an event's level", "events/m.low", 50, True),
    ("an event's level above one's own", "events/m.low", 51, False),
    ("an event's level that is higher", "events/m.high", 40, False),
    ("remove an event's level", "events/m.low", None, True),
    ("remove an event's level that is higher", "events/m.high", None, False),
    ("add an event's level", "events/m.new", 50, True),
    ("add an event's level above one's own", "events/m.new", 51, False),
    # Users.
    ("promote to one's own level", f"users/{CAROL}", 50, True),
    ("promote above", f"users/{CAROL}", 51, False),
    ("demote who is lower", f"users/{CAROL}", 0, True),
    ("remove who is lower", f"users/{CAROL}", None, True),
    ("demote an equal", "users/@dan:tea.house", 40, False),
    ("remove an equal", "users/@dan:tea.house", None, False),
    ("demote who is higher", f"users/{ZOE}", 0, False),
    ("demote oneself", f"users/{BOB}", 0, True),
    ("remove oneself", f"users/{BOB}", None, True),
    ("promote oneself", f"users/{BOB}", 51, False),
    ("add someone", "users/@eve:tea.house", 50, True),
    ("add someone above", "users/@eve:tea.house", 51, False),
]

NOTIFICATION_CHANGES: list[tuple[str, str, Any, bool]] = [
    ("a notification's level", "notifications/room", 40, True),
    ("a notification's level above one's own", "notifications/room", 51, False),
    ("a notification's level that is higher", "notifications/all", 50, False),
    ("remove a notification's level", "notifications/room", None, True),
    ("remove a notification's level that is higher", "notifications/all", None, False),
    ("add a notification's level above one's own", "notifications/new", 51, False),
]


def base_with(path: str, value: Any, version: str) -> dict[str, Any]:
    content: dict[str, Any] = {
        key: dict(item) if isinstance(item, dict) else item for key, item in BASE.items()
    }
    if not ROOM_VERSIONS[version].creators_above_all:
        content["users"][ALICE] = 100
    target = content
    if "/" in path:
        name, path = path.split("/")
        target = content[name]
    if value is not None:
        target[path] = value
    elif path:
        del target[path]
    return content


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("what", "path", "value", "allowed"), CHANGES, ids=[change[0] for change in CHANGES]
)
def test_changing_levels(version: str, what: str, path: str, value: Any, allowed: bool) -> None:
    room = TestRoom.with_members(version, bob="join")
    room.set("m.room.power_levels", base_with("", None, version))
    content = base_with(path, value, version)
    assert accepts_levels(room, BOB, content) == allowed
    assert accepts_levels(room, ALICE, content)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("what", "path", "value", "allowed"),
    NOTIFICATION_CHANGES,
    ids=[change[0] for change in NOTIFICATION_CHANGES],
)
def test_changing_levels_of_notifications(
    version: str, what: str, path: str, value: Any, allowed: bool
) -> None:
    room = TestRoom.with_members(version, bob="join")
    room.set("m.room.power_levels", base_with("", None, version))
    content = base_with(path, value, version)
    assert accepts_levels(room, BOB, content) == (allowed or int(version) < 6)


@pytest.mark.parametrize("version", versions_before(10))
def test_the_same_level_in_a_string_is_no_change(version: str) -> None:
    room = TestRoom.with_members(version, bob="join")
    room.set("m.room.power_levels", base_with("", None, version))
    assert accepts_levels(room, BOB, base_with("ban", " +060 ", version))
    assert not accepts_levels(room, BOB, base_with("ban", "59", version))
