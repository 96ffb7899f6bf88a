"""Building events: their format by room version, hashes, IDs, limits, and what clients see."""

from __future__ import annotations

import json
from base64 import b64decode, urlsafe_b64decode
from hashlib import sha256
from typing import Any

import canonicaljson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teahouse.protocol import events, identifiers
from teahouse.protocol.canonical_json import BadJson
from teahouse.protocol.events import BadEvent, Draft, EventTooLarge, Pdu
from teahouse.protocol.redaction import redact
from teahouse.protocol.room_versions import ROOM_VERSIONS
from tests.protocol.json_values import objects, texts
from tests.protocol.rooms import ALICE, BOB, VERSIONS, TestRoom, versions_before, versions_since

PREV = "$Rqnc-F-dvnEYJTyHq_iKxU2bZ1CI92-kuZq3a5lr5Zg"


def build(version: str, content: dict[str, Any] | None = None, **fields: Any) -> Pdu:
    room_id = "!r:tea.house" if int(version) < 12 else "!" + PREV[1:]
    draft = Draft(room_id, "m.room.message", ALICE, content or {}, None, 1_000_000)
    for name, value in fields.items():
        setattr(draft, name, value)
    return events.build(
        ROOM_VERSIONS[version],
        draft,
        prev_events=[PREV],
        auth_events=[PREV],
        depth=7,
        reference_hash_of=lambda event_id: f"hash of {event_id}",
    )


@pytest.mark.parametrize("version", versions_since(3))
def test_an_event_names_others_by_id(version: str) -> None:
    pdu = build(version, {"body": "你好"})
    assert pdu == {
        "auth_events": [PREV],
        "content": {"body": "你好"},
        "depth": 7,
        "hashes": {"sha256": events.content_hash(pdu)},
        "origin_server_ts": 1_000_000,
        "prev_events": [PREV],
        "room_id": pdu["room_id"],
        "sender": ALICE,
        "type": "m.room.message",
    }


@pytest.mark.parametrize("version", ["1", "2"])
def test_in_versions_1_and_2_it_has_an_id_and_names_others_by_id_and_hash(version: str) -> None:
    pdu = build(version)
    reference = [PREV, {"sha256": f"hash of {PREV}"}]
    assert pdu["prev_events"] == pdu["auth_events"] == [reference]
    assert events.referenced_ids(ROOM_VERSIONS[version], pdu["prev_events"]) == [PREV]
    assert identifiers.is_event_id(pdu["event_id"])
    assert identifiers.server_of(pdu["event_id"]) == "tea.house"
    assert pdu["event_id"] != build(version, {"body": "another"})["event_id"]
    assert pdu["hashes"] == {"sha256": events.content_hash(pdu)}


@pytest.mark.parametrize("version", ["1", "2"])
def test_which_cannot_be_done_without_the_hashes(version: str) -> None:
    draft = Draft("!r:tea.house", "m.room.message", ALICE, {}, None, 1)
    with pytest.raises(ValueError, match="ID and hash"):
        events.build(ROOM_VERSIONS[version], draft, prev_events=[PREV], auth_events=[], depth=1)


def test_since_version_12_a_room_is_named_by_its_create_event() -> None:
    room = TestRoom("12")
    create_event_id = events.event_id(room.version, room.create)
    assert "room_id" not in room.create
    assert room.room_id == "!" + create_event_id[1:]
    assert events.create_event_id_of_room(room.room_id) == create_event_id
    assert identifiers.is_room_id(room.room_id)


@pytest.mark.parametrize("version", versions_before(12))
def test_before_it_is_named_as_its_server_likes(version: str) -> None:
    room = TestRoom(version)
    assert room.room_id == room.create["room_id"] == "!r:tea.house"


@pytest.mark.parametrize("version", VERSIONS)
def test_only_the_create_event_of_version_12_has_no_room_id(version: str) -> None:
    with pytest.raises(BadEvent):
        build(version, room_id=None)
    create: dict[str, Any] = {"type": "m.room.create", "state_key": ""}
    if version == "12":
        with pytest.raises(BadEvent):
            build(version, **create)
    else:
        assert build(version, **create)["room_id"] == "!r:tea.house"


@pytest.mark.parametrize("version", VERSIONS)
def test_ids_of_events(version: str) -> None:
    pdu = build(version, {"body": "hello"})
    room_version = ROOM_VERSIONS[version]
    stripped = redact(room_version, pdu)
    digest = sha256(canonicaljson.encode_canonical_json(stripped)).digest()
    event_id = events.event_id(room_version, pdu)
    assert b64decode(events.reference_hash(room_version, pdu) + "=") == digest
    if int(version) < 3:
        assert event_id == pdu["event_id"]
    elif version == "3":
        assert b64decode(event_id[1:] + "=") == digest
        assert "=" not in event_id
    else:
        assert urlsafe_b64decode(event_id[1:] + "=") == digest
        assert "=" not in event_id
    assert identifiers.is_event_id(event_id)


@pytest.mark.parametrize("version", VERSIONS)
def test_neither_signatures_nor_unsigned_change_an_id(version: str) -> None:
    pdu = build(version)
    room_version = ROOM_VERSIONS[version]
    more = {**pdu, "signatures": {"a": {"b": "c"}}, "unsigned": {"age": 1}, "age_ts": 1}
    assert events.event_id(room_version, more) == events.event_id(room_version, pdu)
    assert events.reference_hash(room_version, more) == events.reference_hash(room_version, pdu)
    more.pop("age_ts")
    assert events.content_hash(more) == pdu["hashes"]["sha256"]


@pytest.mark.parametrize("version", versions_since(3))
def test_redaction_changes_no_id(version: str) -> None:
    pdu = build(version, {"body": "oops"})
    room_version = ROOM_VERSIONS[version]
    redacted = redact(room_version, pdu)
    assert redacted["content"] == {}
    assert events.event_id(room_version, redacted) == events.event_id(room_version, pdu)
    assert events.content_hash(redacted) != pdu["hashes"]["sha256"]


# The hashes of the appendix "Cryptographic Test Vectors".
MINIMAL: Pdu = {
    "room_id": "!x:domain",
    "sender": "@a:domain",
    "origin": "domain",
    "origin_server_ts": 1000000,
    "signatures": {},
    "hashes": {},
    "type": "X",
    "content": {},
    "prev_events": [],
    "auth_events": [],
    "depth": 3,
    "unsigned": {"age_ts": 1000000},
}
REDACTABLE: Pdu = {
    "content": {"body": "Here is the message content"},
    "event_id": "$0:domain",
    "origin": "domain",
    "origin_server_ts": 1000000,
    "type": "m.room.message",
    "room_id": "!r:domain",
    "sender": "@u:domain",
    "signatures": {},
    "unsigned": {"age_ts": 1000000},
}


def test_the_content_hashes_of_the_appendix() -> None:
    assert events.content_hash(MINIMAL) == "5jM4wQpv6lnBo7CLIghJuHdW+s2CMBJPUOGOC89ncos"
    assert events.content_hash(REDACTABLE) == "onLKD1bGljeBWQhWZ1kaP9SorVmRQNdN5aM2JYU2n/g"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_redaction_says_what_it_redacts_where_its_version_has_it(version: str) -> None:
    room_version = ROOM_VERSIONS[version]
    content = {"reason": "spam", "redacts": "$not this"}
    pdu = build(version, content, type="m.room.redaction", redacts="$this")
    assert events.redacted_event(room_version, pdu) == "$this"
    if int(version) >= 11:
        assert "redacts" not in pdu
        assert pdu["content"] == {"reason": "spam", "redacts": "$this"}
    else:
        assert pdu["redacts"] == "$this"
        assert pdu["content"] == {"reason": "spam"}
    assert content["redacts"] == "$not this"


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("redacts", [1, None, ["$a"]])
def test_what_names_no_event_redacts_none(version: str, redacts: Any) -> None:
    room_version = ROOM_VERSIONS[version]
    pdu = {"type": "m.room.redaction", "content": {"redacts": redacts}, "redacts": redacts}
    assert events.redacted_event(room_version, pdu) is None


@pytest.mark.parametrize("version", VERSIONS)
def test_clients_see_an_event_in_the_same_form_in_every_version(version: str) -> None:
    room_version = ROOM_VERSIONS[version]
    message = build(version, {"body": "hello"})
    common = {"event_id": "$e", "origin_server_ts": 1_000_000, "room_id": "!r", "sender": ALICE}
    assert events.client_format(room_version, message, "$e", "!r") == {
        **common,
        "content": {"body": "hello"},
        "type": "m.room.message",
    }
    topic = build(version, {"topic": "茶"}, type="m.room.topic", state_key="")
    assert events.client_format(room_version, topic, "$e", "!r") == {
        **common,
        "content": {"topic": "茶"},
        "state_key": "",
        "type": "m.room.topic",
    }
    redaction = build(version, {"reason": "x"}, type="m.room.redaction", redacts="$this")
    before = json.dumps(redaction)
    assert events.client_format(room_version, redaction, "$e", "!r") == {
        **common,
        "content": {"reason": "x", "redacts": "$this"},
        "redacts": "$this",
        "type": "m.room.redaction",
    }
    assert json.dumps(redaction) == before


@pytest.mark.parametrize("version", VERSIONS)
def test_a_redacted_redaction_says_what_is_left(version: str) -> None:
    room_version = ROOM_VERSIONS[version]
    redaction = build(version, type="m.room.redaction", redacts="$this")
    event = events.client_format(room_version, redact(room_version, redaction), "$e", "!r")
    assert event.get("redacts") == event["content"].get("redacts")
    assert event.get("redacts") == ("$this" if int(version) >= 11 else None)


FIELDS = ["type", "state_key", "sender", "room_id"]


@pytest.mark.parametrize("version", ["1", "11", "12"])
@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("character", ["a", "茶"])
def test_fields_have_at_most_255_bytes(version: str, field: str, character: str) -> None:
    around = {"sender": "@{}:tea.house", "room_id": "!{}:tea.house"}.get(field, "{}")
    room = 255 - len(around.format(""))
    longest = around.format(character * (room // len(character.encode())))
    assert build(version, {}, **{field: longest}).get(field) == longest
    too_long = around.format(character * (room // len(character.encode()) + 1))
    with pytest.raises(EventTooLarge):
        build(version, {}, **{field: too_long})


def signed_size(pdu: Pdu) -> int:
    """As another server gets it, with the longest of names for our key."""
    signatures = {"tea.house": {"ed25519:" + "k" * 32: "s" * 86}}
    return len(canonicaljson.encode_canonical_json({**pdu, "signatures": signatures}))


@pytest.mark.parametrize("version", VERSIONS)
def test_an_event_has_at_most_64_kib_with_its_signature(version: str) -> None:
    empty = signed_size(build(version, {"body": ""}))
    largest = build(version, {"body": "a" * (65_536 - empty)})
    assert signed_size(largest) == 65_536
    with pytest.raises(EventTooLarge):
        build(version, {"body": "a" * (65_536 - empty + 1)})
    with pytest.raises(EventTooLarge):
        build(version, {"body": "茶" * ((65_536 - empty) // 3 + 1)})


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("number", [1.5, 2**53, -(2**53)])
def test_numbers_are_strict_since_version_6(version: str, number: float) -> None:
    if int(version) < 6:
        assert build(version, {"n": number})["content"] == {"n": number}
    else:
        with pytest.raises(BadJson):
            build(version, {"n": number})


@pytest.mark.parametrize("version", ["1", "12"])
def test_what_no_version_takes(version: str) -> None:
    deep: Any = {}
    for _ in range(100):
        deep = {"a": deep}
    for content in (deep, {"a": "\ud800"}, {"a": float("nan")}):
        with pytest.raises(BadJson):
            build(version, content)
    assert build(version, origin_server_ts=0)["origin_server_ts"] == 0
    with pytest.raises(BadEvent):
        build(version, origin_server_ts=-1)


@pytest.mark.parametrize("version", ["1", "12"])
@pytest.mark.parametrize("state_key", ["", "bob", "@bob", None])
def test_a_membership_is_of_a_user(version: str, state_key: str | None) -> None:
    assert build(version, type="m.room.member", state_key=BOB)["state_key"] == BOB
    with pytest.raises(BadEvent):
        build(version, type="m.room.member", state_key=state_key)


def test_depth_ends_at_the_largest_integer() -> None:
    draft = Draft("!r", "m.room.message", ALICE, {}, None, 1)
    for depth in (2**53 - 1, 2**53, 2**60):
        pdu = events.build(ROOM_VERSIONS["12"], draft, prev_events=[], auth_events=[], depth=depth)
        assert pdu["depth"] == 2**53 - 1


@settings(max_examples=50)
@given(st.sampled_from(VERSIONS), objects(), st.none() | texts)
def test_any_content_is_built_and_hashed(
    version: str, content: dict[str, Any], state_key: str | None
) -> None:
    room_version = ROOM_VERSIONS[version]
    pdu = build(version, content, state_key=state_key)
    covered = {key: value for key, value in pdu.items() if key != "hashes"}
    digest = sha256(canonicaljson.encode_canonical_json(covered)).digest()
    assert b64decode(pdu["hashes"]["sha256"] + "=") == digest
    event = events.client_format(room_version, pdu, "$e", pdu["room_id"])
    assert event["content"] == content
    assert event.get("state_key") == state_key
