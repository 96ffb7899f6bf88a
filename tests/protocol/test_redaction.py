"""What redaction leaves, by room version."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teahouse.protocol.redaction import redact
from teahouse.protocol.room_versions import ROOM_VERSIONS
from tests.protocol.json_values import objects, values
from tests.protocol.rooms import VERSIONS

KEPT_ALWAYS = [
    "event_id",
    "type",
    "room_id",
    "sender",
    "state_key",
    "hashes",
    "signatures",
    "depth",
    "prev_events",
    "auth_events",
    "origin_server_ts",
]
KEPT_BEFORE_11 = ["prev_state", "origin", "membership"]
NEVER_KEPT = ["unsigned", "redacts", "age_ts", "im.teahouse.x", "age"]


@pytest.mark.parametrize("version", VERSIONS)
def test_which_keys_of_an_event_are_left(version: str) -> None:
    keys = [*KEPT_ALWAYS, *KEPT_BEFORE_11, *NEVER_KEPT]
    event: dict[str, Any] = {**{key: key for key in keys}, "content": {"body": "secret"}}
    before = {**event, "content": {"body": "secret"}}
    kept = set(KEPT_ALWAYS) | (set(KEPT_BEFORE_11) if int(version) < 11 else set())
    assert redact(ROOM_VERSIONS[version], event) == {**{k: k for k in kept}, "content": {}}
    assert event == before


LEVELS = [
    "ban",
    "events",
    "events_default",
    "kick",
    "redact",
    "state_default",
    "users",
    "users_default",
]

CONTENTS: list[tuple[str, str, int, int]] = [
    # (type, key of the content, first and last version that keeps it)
    ("m.room.member", "membership", 1, 12),
    ("m.room.member", "join_authorised_via_users_server", 9, 12),
    ("m.room.member", "displayname", 0, 0),
    ("m.room.member", "reason", 0, 0),
    ("m.room.create", "creator", 1, 12),
    ("m.room.create", "room_version", 11, 12),
    ("m.room.create", "im.teahouse.anything", 11, 12),
    ("m.room.join_rules", "join_rule", 1, 12),
    ("m.room.join_rules", "allow", 8, 12),
    ("m.room.join_rules", "other", 0, 0),
    *[("m.room.power_levels", level, 1, 12) for level in LEVELS],
    ("m.room.power_levels", "invite", 11, 12),
    ("m.room.power_levels", "notifications", 0, 0),
    ("m.room.aliases", "aliases", 1, 5),
    ("m.room.history_visibility", "history_visibility", 1, 12),
    ("m.room.history_visibility", "other", 0, 0),
    ("m.room.redaction", "redacts", 11, 12),
    ("m.room.redaction", "reason", 0, 0),
    ("m.room.message", "body", 0, 0),
    ("m.room.topic", "topic", 0, 0),
    ("m.room.encrypted", "ciphertext", 0, 0),
    ("m.room.third_party_invite", "public_key", 0, 0),
]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("type", "key", "first", "last"), CONTENTS)
def test_which_keys_of_a_content_are_left(
    version: str, type: str, key: str, first: int, last: int
) -> None:
    value = {"nested": ["kept", "whole"]}
    redacted = redact(ROOM_VERSIONS[version], {"type": type, "content": {key: value}})
    kept = {key: value} if first <= int(version) <= last else {}
    assert redacted == {"type": type, "content": kept}


THIRD_PARTY: list[tuple[Any, Any]] = [
    ({"display_name": "b...", "signed": {"mxid": "@b:x"}}, {"signed": {"mxid": "@b:x"}}),
    ({"display_name": "b..."}, {}),
    ({"signed": None}, {"signed": None}),
]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("invite", "kept"), THIRD_PARTY)
def test_a_third_party_invite_stays_signed_since_version_11(
    version: str, invite: Any, kept: Any
) -> None:
    content = {"membership": "invite", "third_party_invite": invite}
    redacted = redact(ROOM_VERSIONS[version], {"type": "m.room.member", "content": content})
    expected = {"third_party_invite": kept} if int(version) >= 11 else {}
    assert redacted["content"] == {"membership": "invite", **expected}


@pytest.mark.parametrize("invite", ["x", None, ["signed"], 1])
def test_what_is_no_third_party_invite_goes(invite: Any) -> None:
    event = {"type": "m.room.member", "content": {"third_party_invite": invite}}
    assert redact(ROOM_VERSIONS["12"], event)["content"] == {}


types = st.sampled_from(sorted({type for type, *_ in CONTENTS}))
known_keys = st.sampled_from([key for _, key, *_ in CONTENTS] + ["third_party_invite", "signed"])
contents = st.dictionaries(known_keys, values() | objects(), max_size=8)


@settings(max_examples=100)
@given(st.sampled_from(VERSIONS), types, contents)
def test_redacting_twice_is_redacting_once(
    version: str, type: str, content: dict[str, Any]
) -> None:
    room_version = ROOM_VERSIONS[version]
    once = redact(room_version, {"type": type, "content": content, "sender": "@a:b"})
    assert redact(room_version, once) == once
    assert set(once["content"]) <= set(content)
