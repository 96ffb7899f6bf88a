"""Filters: what they let through, and what is no filter."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from teahouse.protocol.filters import (
    MAX_ENTRIES,
    MAX_ENTRY_LENGTH,
    MAX_STARRED,
    BadFilter,
    parse_room_event_filter,
    parse_sync_filter,
)
from tests.protocol.rooms import ALICE, BOB

ROOM, OTHER = "!r:tea.house", "!other:tea.house"


def lets_through(
    given: dict[str, Any],
    type: str = "m.room.message",
    sender: str = ALICE,
    room_id: str = ROOM,
    contains_url: bool = False,
) -> bool:
    parsed = parse_room_event_filter(given)
    result = parsed.matches(type, sender, room_id, contains_url)
    assert not (parsed.passes_all and not result)
    assert not (parsed.passes_none and result)
    return result


@pytest.mark.parametrize(
    ("given", "type", "expected"),
    [
        ({}, "anything", True),
        ({"types": ["m.room.message"]}, "m.room.message", True),
        ({"types": ["m.room.message"]}, "m.room.messages", False),
        ({"types": []}, "m.room.message", False),
        ({"types": ["m.room.*"]}, "m.room.topic", True),
        ({"types": ["m.room.*"]}, "m.reaction", False),
        ({"types": ["m.*", "im.*"]}, "im.teahouse.x", True),
        ({"types": ["*"]}, "anything", True),
        ({"types": ["m.*.topic"]}, "m.room.topic", True),
        ({"types": ["m.*.topic"]}, "m.room.topics", False),
        ({"types": ["m.room.topi?"]}, "m.room.topic", False),
        ({"types": ["M.ROOM.*"]}, "m.room.topic", False),
        ({"not_types": ["m.room.topic"]}, "m.room.topic", False),
        ({"not_types": ["m.room.topic"]}, "m.room.name", True),
        ({"not_types": ["*"]}, "m.room.name", False),
        ({"not_types": []}, "m.room.name", True),
        ({"types": ["m.room.*"], "not_types": ["m.room.m*"]}, "m.room.member", False),
        ({"types": ["m.room.*"], "not_types": ["m.room.m*"]}, "m.room.name", True),
        ({"types": ["m.room.topic"], "not_types": ["m.room.topic"]}, "m.room.topic", False),
    ],
)
def test_types(given: dict[str, Any], type: str, expected: bool) -> None:
    assert lets_through(given, type) == expected


@pytest.mark.parametrize(
    ("given", "sender", "expected"),
    [
        ({"senders": [ALICE]}, ALICE, True),
        ({"senders": [ALICE]}, BOB, False),
        ({"senders": []}, ALICE, False),
        ({"senders": ["@*"]}, ALICE, False),
        ({"not_senders": [BOB]}, BOB, False),
        ({"not_senders": [BOB]}, ALICE, True),
        ({"senders": [BOB], "not_senders": [BOB]}, BOB, False),
    ],
)
def test_senders(given: dict[str, Any], sender: str, expected: bool) -> None:
    assert lets_through(given, sender=sender) == expected


@pytest.mark.parametrize(
    ("given", "room_id", "expected"),
    [
        ({"rooms": [ROOM]}, ROOM, True),
        ({"rooms": [ROOM]}, OTHER, False),
        ({"rooms": []}, ROOM, False),
        ({"not_rooms": [ROOM]}, ROOM, False),
        ({"not_rooms": [ROOM]}, OTHER, True),
        ({"rooms": [ROOM], "not_rooms": [ROOM]}, ROOM, False),
    ],
)
def test_rooms(given: dict[str, Any], room_id: str, expected: bool) -> None:
    assert lets_through(given, room_id=room_id) == expected
    assert parse_sync_filter({"room": given}).room.passes_room(room_id) == expected


def test_urls() -> None:
    for has_url in (False, True):
        assert lets_through({}, contains_url=has_url)
        assert lets_through({"contains_url": has_url}, contains_url=has_url)
        assert not lets_through({"contains_url": has_url}, contains_url=not has_url)


def test_all_conditions_must_hold() -> None:
    given = {"types": ["m.room.*"], "senders": [ALICE], "rooms": [ROOM], "contains_url": True}
    assert lets_through(given, "m.room.message", ALICE, ROOM, True)
    assert not lets_through(given, "m.reaction", ALICE, ROOM, True)
    assert not lets_through(given, "m.room.message", BOB, ROOM, True)
    assert not lets_through(given, "m.room.message", ALICE, OTHER, True)
    assert not lets_through(given, "m.room.message", ALICE, ROOM, False)


@pytest.mark.parametrize(
    "given", [{}, {"limit": 10}, {"lazy_load_members": True}, {"not_types": [], "not_senders": []}]
)
def test_what_leaves_nothing_out_is_known_at_once(given: dict[str, Any]) -> None:
    assert parse_room_event_filter(given).passes_all


@pytest.mark.parametrize(
    "given", [{"limit": 0}, {"types": []}, {"senders": []}, {"not_types": ["*"]}]
)
def test_so_is_what_leaves_out_everything(given: dict[str, Any]) -> None:
    assert parse_room_event_filter(given).passes_none


def test_a_whole_filter() -> None:
    parsed = parse_sync_filter(
        b"""{
            "event_fields": ["type", "content.m\\\\.x"], "event_format": "federation",
            "presence": {"types": ["m.presence"]}, "account_data": {"not_types": ["*"]},
            "room": {
                "include_leave": true,
                "timeline": {"limit": 7, "unread_thread_notifications": true},
                "state": {"lazy_load_members": true, "include_redundant_members": true},
                "ephemeral": {"not_types": ["m.typing"]}, "im.teahouse.unknown": {}
            },
            "unknown": 1
        }"""
    )
    assert parsed.field_paths == [("type",), ("content", "m.x")]
    assert parsed.event_format == "federation"
    assert parsed.presence.matches("m.presence", ALICE)
    assert not parsed.presence.matches("m.other", ALICE)
    assert parsed.account_data.passes_none
    assert parsed.room.include_leave
    assert parsed.room.timeline.limit == 7
    assert parsed.room.timeline.unread_thread_notifications
    assert parsed.room.state.lazy_load_members
    assert parsed.room.state.include_redundant_members
    assert not parsed.room.ephemeral.passes_type("m.typing")


def test_an_empty_filter_asks_for_everything_but_left_rooms() -> None:
    parsed = parse_sync_filter({})
    assert parsed.field_paths is None
    assert parsed.event_format == "client"
    assert not parsed.room.include_leave
    sections = [parsed.room.timeline, parsed.room.state, parsed.room.ephemeral]
    for section in [*sections, parsed.room.account_data, parsed.presence, parsed.account_data]:
        assert section.passes_all
        assert section.limit is None


WRONG: list[tuple[str, Any]] = [
    ("$.presence", {"presence": "not_an_object"}),
    ("$.account_data", {"account_data": []}),
    ("$.event_fields", {"event_fields": "type"}),
    ("$.event_fields[0]", {"event_fields": [1]}),
    ("$.event_format", {"event_format": "other"}),
    ("$.room", {"room": "not_an_object"}),
    ("$.room.include_leave", {"room": {"include_leave": "yes"}}),
    ("$.room.rooms", {"room": {"rooms": "not_a_list"}}),
    ("$.room.rooms[0]", {"room": {"rooms": ["not_a_room_id"]}}),
    ("$.room.not_rooms[1]", {"room": {"not_rooms": [ROOM, {}]}}),
    ("$.room.timeline", {"room": {"timeline": []}}),
    ("$.room.timeline.limit", {"room": {"timeline": {"limit": -1}}}),
    ("$.room.timeline.limit", {"room": {"timeline": {"limit": "10"}}}),
    ("$.room.timeline.limit", {"room": {"timeline": {"limit": 1.5}}}),
    ("$.room.timeline.limit", {"room": {"timeline": {"limit": True}}}),
    ("$.room.timeline.types", {"room": {"timeline": {"types": "m.room.message"}}}),
    ("$.room.timeline.types[0]", {"room": {"timeline": {"types": [None]}}}),
    ("$.room.state.senders[0]", {"room": {"state": {"senders": ["pikachu"]}}}),
    ("$.room.state.not_senders", {"room": {"state": {"not_senders": ALICE}}}),
    ("$.room.state.lazy_load_members", {"room": {"state": {"lazy_load_members": 1}}}),
    ("$.room.ephemeral.contains_url", {"room": {"ephemeral": {"contains_url": "no"}}}),
    ("$.room.account_data.rooms[0]", {"room": {"account_data": {"rooms": ["@a:b"]}}}),
    ("$.presence.types", {"presence": {"types": ["x"] * (MAX_ENTRIES + 1)}}),
    ("$.presence.types[0]", {"presence": {"types": ["x" * (MAX_ENTRY_LENGTH + 1)]}}),
    ("$.event_fields[0]", {"event_fields": ["x" * (MAX_ENTRY_LENGTH + 1)]}),
    ("$.room.rooms[0]", {"room": {"rooms": ["!" + "x" * MAX_ENTRY_LENGTH]}}),
    ("$.room.state.not_senders[0]", {"room": {"state": {"not_senders": ["@" + "x" * 255]}}}),
    ("$.room.timeline", {"room": {"timeline": {"types": ["x*"] * (MAX_STARRED + 1)}}}),
    ("$.room.state", {"room": {"state": {"not_types": ["x*"] * (MAX_STARRED + 1)}}}),
]


@pytest.mark.parametrize(("field", "given"), WRONG)
def test_a_wrong_field_is_named(field: str, given: Any) -> None:
    for value in (given, msgspec.json.encode(given)):
        with pytest.raises(BadFilter) as refusal:
            parse_sync_filter(value)
        assert f"`{field}`" in refusal.value.reason


@pytest.mark.parametrize("raw", [b"", b"[]", b"1", b"{", b'{"room":', b"\xff", b"null"])
def test_what_is_no_object_is_no_filter(raw: bytes) -> None:
    with pytest.raises(BadFilter):
        parse_sync_filter(raw)
    with pytest.raises(BadFilter):
        parse_room_event_filter(raw)
