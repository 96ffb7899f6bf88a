"""Signatures: the test vectors of the appendix, an independent library, and forgeries."""

from __future__ import annotations

from typing import Any

import pytest
import signedjson.key
import signedjson.sign
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.signing import SigningKey, VerifyKey

from teahouse.protocol import events, signing
from teahouse.protocol.room_versions import ROOM_VERSIONS
from teahouse.protocol.signing import BadSignature
from tests.protocol.json_values import objects
from tests.protocol.rooms import ALICE, BOB, CAROL, VERSIONS, ZOE, TestRoom
from tests.protocol.test_events import MINIMAL, REDACTABLE

SEED = "YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1"
KEY = SigningKey(signing.decode_base64(SEED))
KEY_ID = "ed25519:1"


@pytest.mark.parametrize(
    ("value", "signature"),
    [
        (
            {},
            "K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ",
        ),
        (
            {"one": 1, "two": "Two"},
            "KqmLSbO39/Bzb0QIYE82zqLwsA+PDzYIpIRA2sRQ4sL53+sN6/fpNSoqE7BP7vBZhG6kYdD13EIMJpvhJI+6Bw",
        ),
    ],
)
def test_the_json_signatures_of_the_appendix(value: dict[str, Any], signature: str) -> None:
    signed = signing.sign_json(value, "domain", KEY_ID, KEY)
    assert signed == {**value, "signatures": {"domain": {KEY_ID: signature}}}
    signing.verify_json(signed, "domain", KEY_ID, KEY.verify_key)


@pytest.mark.parametrize(
    ("event", "signature"),
    [
        (
            MINIMAL,
            "KxwGjPSDEtvnFgU00fwFz+l6d2pJM6XBIaMEn81SXPTRl16AqLAYqfIReFGZlHi5KLjAWbOoMszkwsQma+lYAg",
        ),
        (
            REDACTABLE,
            "Wm+VzmOUOz08Ds+0NTWb1d4CZrVsJSikkeRxh6aCcUwu6pNC78FunoD7KNWzqFn241eYHYMGCA5McEiVPdhzBA",
        ),
    ],
)
def test_the_event_signatures_of_the_appendix(event: dict[str, Any], signature: str) -> None:
    version = ROOM_VERSIONS["1"]
    hashed = {**event, "hashes": {"sha256": events.content_hash(event)}}
    signed = signing.sign_event(version, hashed, "domain", KEY_ID, KEY)
    assert signed == {**hashed, "signatures": {"domain": {KEY_ID: signature}}}
    signing.verify_event(version, signed, "domain", KEY_ID, KEY.verify_key)


SIGNED = signing.sign_json({"body": "茶", "unsigned": {"age": 1}}, "tea.house", KEY_ID, KEY)


def test_what_is_unsigned_and_other_signatures_are_not_covered() -> None:
    changed = {**SIGNED, "unsigned": {"age": 2}}
    again = signing.sign_json(changed, "elsewhere.example", "ed25519:x", SigningKey.generate())
    signing.verify_json(again, "tea.house", KEY_ID, KEY.verify_key)
    twice = signing.sign_json(again, "tea.house", "ed25519:2", SigningKey.generate())
    signing.verify_json(twice, "tea.house", KEY_ID, KEY.verify_key)
    assert set(twice["signatures"]["tea.house"]) == {KEY_ID, "ed25519:2"}


def test_signing_leaves_what_it_was_given() -> None:
    value: dict[str, Any] = {"signatures": {"a": {"ed25519:b": "c"}}}
    signing.sign_json(value, "a", KEY_ID, KEY)
    assert value == {"signatures": {"a": {"ed25519:b": "c"}}}


@pytest.mark.parametrize(
    "forged",
    [
        {**SIGNED, "body": "咖啡"},
        {**SIGNED, "more": 1},
        {k: v for k, v in SIGNED.items() if k != "body"},
        {**SIGNED, "signatures": {}},
        {**SIGNED, "signatures": None},
        {**SIGNED, "signatures": {"tea.house": []}},
        {**SIGNED, "signatures": {"tea.house": {}}},
        {**SIGNED, "signatures": {"tea.house": {KEY_ID: None}}},
        {**SIGNED, "signatures": {"tea.house": {KEY_ID: "!"}}},
        {**SIGNED, "signatures": {"tea.house": {KEY_ID: "AAAA"}}},
        {**SIGNED, "signatures": {"tea.house": {KEY_ID: "A" * 86}}},
        {**SIGNED, "signatures": {"tea.house": {"ed25519:2": "A" * 86}}},
        {k: v for k, v in SIGNED.items() if k != "signatures"},
    ],
)
def test_a_forgery_is_refused(forged: dict[str, Any]) -> None:
    signing.verify_json(SIGNED, "tea.house", KEY_ID, KEY.verify_key)
    with pytest.raises(BadSignature):
        signing.verify_json(forged, "tea.house", KEY_ID, KEY.verify_key)


def test_another_name_or_key_or_algorithm_does_not_fit() -> None:
    with pytest.raises(BadSignature):
        signing.verify_json(SIGNED, "elsewhere.example", KEY_ID, KEY.verify_key)
    with pytest.raises(BadSignature):
        signing.verify_json(SIGNED, "tea.house", KEY_ID, SigningKey.generate().verify_key)
    signature = SIGNED["signatures"]["tea.house"][KEY_ID]
    rsa = {**SIGNED, "signatures": {"tea.house": {"rsa:1": signature}}}
    with pytest.raises(BadSignature):
        signing.verify_json(rsa, "tea.house", "rsa:1", KEY.verify_key)


def test_the_keys_of_a_signature() -> None:
    signatures = {"a": {"ed25519:1": "x", "rsa:1": "y", "ed25519:2": "z"}, "b": None}
    assert signing.key_ids_of({"signatures": signatures}, "a") == ["ed25519:1", "ed25519:2"]
    assert signing.key_ids_of({"signatures": signatures}, "b") == []
    assert signing.key_ids_of({"signatures": signatures}, "c") == []
    assert signing.key_ids_of({"signatures": []}, "a") == []
    assert signing.key_ids_of({}, "a") == []


@settings(max_examples=50)
@given(objects())
def test_agrees_with_the_signedjson_library(value: dict[str, Any]) -> None:
    value = {k: v for k, v in value.items() if k not in ("signatures", "unsigned")}
    library_key = signedjson.key.decode_signing_key_base64("ed25519", "1", SEED)
    ours = signing.sign_json(value, "tea.house", KEY_ID, KEY)
    theirs = signedjson.sign.sign_json(dict(value), "tea.house", library_key)
    assert ours == theirs
    library_verify_key = signedjson.key.get_verify_key(library_key)
    signedjson.sign.verify_signed_json(ours, "tea.house", library_verify_key)
    signing.verify_json(theirs, "tea.house", KEY_ID, VerifyKey(bytes(library_verify_key)))


@pytest.mark.parametrize("version", VERSIONS)
def test_the_signature_of_an_event_outlives_its_redaction(version: str) -> None:
    room = TestRoom.with_members(version)
    pdu = room.event("m.room.message", ALICE, {"body": "secret"})
    signed = signing.sign_event(room.version, pdu, "tea.house", KEY_ID, KEY)
    assert events.event_id(room.version, signed) == events.event_id(room.version, pdu)
    assert {k: v for k, v in signed.items() if k != "signatures"} == pdu
    for event in (signed, events.redact(room.version, signed)):
        signing.verify_event(room.version, event, "tea.house", KEY_ID, KEY.verify_key)
    with pytest.raises(BadSignature):
        signing.verify_event(
            room.version, {**signed, "sender": BOB}, "tea.house", KEY_ID, KEY.verify_key
        )


@pytest.mark.parametrize("version", VERSIONS)
def test_whose_signatures_an_event_needs(version: str) -> None:
    room = TestRoom.with_members(version)

    def signers(pdu: dict[str, Any]) -> set[str]:
        return set(signing.required_signers(room.version, pdu))

    assert signers(room.event("m.room.message", ALICE)) == {"tea.house"}
    via = room.member(ZOE, ZOE, "join", join_authorised_via_users_server=CAROL)
    authorised = {"tea.house"} if int(version) >= 8 else set()
    assert signers(via) == {"elsewhere.example"} | authorised
    invite = room.member(ZOE, BOB, "invite", third_party_invite={})
    of_its_id = {"elsewhere.example"} if int(version) < 3 else set()
    assert signers(invite) == of_its_id
    if int(version) < 3:
        foreign = {**room.event("m.room.message", ALICE), "event_id": "$x:third.example"}
        assert signers(foreign) == {"tea.house", "third.example"}


@pytest.mark.parametrize("encoded", ["Zm9vYg", "Zm9vYg=="])
def test_base64_is_read_with_and_without_padding(encoded: str) -> None:
    assert signing.decode_base64(encoded) == b"foob"


@pytest.mark.parametrize(
    ("raw", "encoded"),
    [
        (b"", ""),
        (b"f", "Zg"),
        (b"fo", "Zm8"),
        (b"foo", "Zm9v"),
        (b"foob", "Zm9vYg"),
        (b"fooba", "Zm9vYmE"),
        (b"foobar", "Zm9vYmFy"),
    ],
)
def test_the_base64_of_the_appendix(raw: bytes, encoded: str) -> None:
    assert signing.encode_base64(raw) == encoded
    assert signing.decode_base64(encoded) == raw


@given(st.binary())
def test_both_alphabets_are_read(raw: bytes) -> None:
    encoded = signing.encode_base64(raw)
    assert signing.decode_base64(encoded.replace("+", "-").replace("/", "_")) == raw


@pytest.mark.parametrize("junk", ["A", "Zm9v!", "Zm 9v", "茶", "Zg==Zg"])
def test_junk_is_no_base64(junk: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        signing.decode_base64(junk)
