"""Signatures of JSON objects and of events: appendices, "Signing JSON"; server-server API,
"Signing events"."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from typing import Any

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from teahouse.protocol import canonical_json
from teahouse.protocol.errors import ProtocolError
from teahouse.protocol.identifiers import server_of
from teahouse.protocol.redaction import redact
from teahouse.protocol.room_versions import EventIds, RoomVersion

ALGORITHM = "ed25519"


class BadSignature(ProtocolError):
    pass


def sign_json(
    value: Mapping[str, Any], server_name: str, key_id: str, signing_key: SigningKey
) -> dict[str, Any]:
    """A copy of `value` with one signature more; `key_id` is like `ed25519:1`."""
    signature = encode_base64(signing_key.sign(_signed_bytes(value)).signature)
    signatures = dict(value.get("signatures", {}))
    signatures[server_name] = {**signatures.get(server_name, {}), key_id: signature}
    return {**value, "signatures": signatures}


def verify_json(
    value: Mapping[str, Any], server_name: str, key_id: str, verify_key: VerifyKey
) -> None:
    """BadSignature unless `server_name` signed `value` with this key."""
    if not key_id.startswith(ALGORITHM + ":"):
        raise BadSignature("The algorithm of the signature is not known")
    try:
        signature = value["signatures"][server_name][key_id]
    except (KeyError, TypeError):
        raise BadSignature("There is no such signature") from None
    if not isinstance(signature, str):
        raise BadSignature("The signature is not a string")
    try:
        verify_key.verify(_signed_bytes(value), decode_base64(signature))
    except (BadSignatureError, ValueError, canonical_json.BadJson):
        raise BadSignature("The signature does not fit") from None


def key_ids_of(value: Mapping[str, Any], server_name: str) -> list[str]:
    """The keys, of algorithms we know, with which `server_name` claims to have signed."""
    signatures = value.get("signatures")
    entry = signatures.get(server_name) if isinstance(signatures, dict) else None
    if not isinstance(entry, dict):
        return []
    return [key_id for key_id in entry if key_id.startswith(ALGORITHM + ":")]


def sign_event(
    version: RoomVersion,
    pdu: Mapping[str, Any],
    server_name: str,
    key_id: str,
    signing_key: SigningKey,
) -> dict[str, Any]:
    """A copy of `pdu` with our signature; it covers what redaction leaves, with the hashes."""
    signed = sign_json(redact(version, pdu), server_name, key_id, signing_key)
    return {**pdu, "signatures": signed["signatures"]}


def verify_event(
    version: RoomVersion,
    pdu: Mapping[str, Any],
    server_name: str,
    key_id: str,
    verify_key: VerifyKey,
) -> None:
    verify_json(redact(version, pdu), server_name, key_id, verify_key)


def required_signers(version: RoomVersion, pdu: Mapping[str, Any]) -> frozenset[str]:
    """The servers without whose signatures the event is dropped."""
    content = pdu["content"]
    is_member = pdu["type"] == "m.room.member"
    signers = set()
    # An invite made of a third-party one is sent by whichever server its target is on.
    if not (is_member and "third_party_invite" in content):
        signers.add(server_of(pdu["sender"]))
    if version.event_ids is EventIds.GIVEN:
        signers.add(server_of(pdu["event_id"]))
    if is_member and version.restricted_joins:
        authorised_via = content.get("join_authorised_via_users_server")
        if isinstance(authorised_via, str):
            signers.add(server_of(authorised_via))
    return frozenset(signers)


def is_signed_by_any(value: Mapping[str, Any], public_keys: Iterable[str]) -> bool:
    """Whether any signature, of whatever name, is by any of these Base64 keys."""
    keys = [key for key in map(_verify_key, public_keys) if key is not None]
    signatures = value.get("signatures")
    if not isinstance(signatures, dict):
        return False
    return any(
        _verifies(value, server_name, key_id, key)
        for server_name in signatures
        for key_id in key_ids_of(value, server_name)
        for key in keys
    )


def decode_base64(text: str) -> bytes:
    """Standard or URL-safe Base64, padded or not; ValueError otherwise."""
    padded = text.rstrip("=").replace("-", "+").replace("_", "/")
    padded += "=" * (-len(padded) % 4)
    try:
        return b64decode(padded, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None


def _verifies(value: Mapping[str, Any], server_name: str, key_id: str, key: VerifyKey) -> bool:
    try:
        verify_json(value, server_name, key_id, key)
    except BadSignature:
        return False
    return True


def _verify_key(encoded: str) -> VerifyKey | None:
    try:
        return VerifyKey(decode_base64(encoded))
    except (ValueError, TypeError, AttributeError):
        return None


def _signed_bytes(value: Mapping[str, Any]) -> bytes:
    covered = {k: v for k, v in value.items() if k not in ("signatures", "unsigned")}
    return canonical_json.encode(covered, strict=False)


def encode_base64(raw: bytes) -> str:
    return b64encode(raw).rstrip(b"=").decode()
