"""Events as servers exchange them (PDUs): building, hashes, IDs, and the form that clients see.

A PDU is a plain dict in the wire form of its room version, without `unsigned`, and without
`signatures` until another server needs them (signing.py): its ID depends on neither.
"""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeAlias

from teahouse.protocol import canonical_json
from teahouse.protocol.errors import ProtocolError
from teahouse.protocol.identifiers import EventId, RoomId, is_user_id, server_of
from teahouse.protocol.redaction import redact as redact
from teahouse.protocol.redaction import redact_content as redact_content
from teahouse.protocol.room_versions import EventIds, RoomVersion

Pdu: TypeAlias = dict[str, Any]

MAX_EVENT_BYTES = 65_536
MAX_FIELD_BYTES = 255
MAX_DEPTH = canonical_json.MAX_INT

_HASHES_BYTES = len('"hashes":{"sha256":""},') + 43
# `"signatures":{"<server>":{"ed25519:<key>":"<86 characters>"}},` with the longest of our keys'
# names: the event is signed later, and must still fit then.
_SIGNATURES_BYTES = len('"signatures":{"":{"ed25519:":""}},') + 32 + 86


class BadEvent(ProtocolError):
    pass


class EventTooLarge(BadEvent):
    pass


@dataclass(slots=True)
class Draft:
    """What a sender decides of an event. `room_id` is None for the create event of a room whose
    ID is that event's hash; `redacts` stands where the room version wants it once built."""

    room_id: str | None
    type: str
    sender: str
    content: dict[str, Any]
    state_key: str | None
    origin_server_ts: int
    redacts: str | None = None


def build(
    version: RoomVersion,
    draft: Draft,
    *,
    prev_events: Sequence[str],
    auth_events: Sequence[str],
    depth: int,
    reference_hash_of: Callable[[str], str] | None = None,
) -> Pdu:
    """The PDU of `draft`, with its content hash.

    `reference_hash_of` gives the reference hash of a prev or auth event by ID; asked only where
    the room version `references_carry_hashes`.
    Errors: EventTooLarge, BadEvent, canonical_json.BadJson.
    """
    _check_fields(version, draft)
    pdu: Pdu = {
        "auth_events": _references(version, auth_events, reference_hash_of),
        "content": draft.content,
        "depth": min(depth, MAX_DEPTH),
        "origin_server_ts": draft.origin_server_ts,
        "prev_events": _references(version, prev_events, reference_hash_of),
        "sender": draft.sender,
        "type": draft.type,
    }
    if draft.room_id is not None:
        pdu["room_id"] = draft.room_id
    if draft.state_key is not None:
        pdu["state_key"] = draft.state_key
    if draft.redacts is not None:
        if version.redacts_in_content:
            pdu["content"] = {**draft.content, "redacts": draft.redacts}
        else:
            pdu["redacts"] = draft.redacts
            # Clients are shown it here too, so that it must not say something else.
            pdu["content"] = {k: v for k, v in draft.content.items() if k != "redacts"}
    encoded = canonical_json.encode(pdu, strict=version.strict_json)
    if version.event_ids is EventIds.GIVEN:
        # Opaque and locally unique; made from the event itself, so that building is pure.
        pdu["event_id"] = f"${_urlsafe(sha256(encoded))}:{server_of(draft.sender)}"
        encoded = canonical_json.encode(pdu, strict=version.strict_json)
    pdu["hashes"] = {"sha256": _unpadded(sha256(encoded))}
    _check_size(len(encoded) + _HASHES_BYTES + _SIGNATURES_BYTES, draft)
    return pdu


def content_hash(pdu: Mapping[str, Any]) -> str:
    covered = {k: v for k, v in pdu.items() if k not in ("unsigned", "signatures", "hashes")}
    return _unpadded(sha256(canonical_json.encode(covered, strict=False)))


def reference_hash(version: RoomVersion, pdu: Mapping[str, Any]) -> str:
    """In unpadded standard Base64."""
    return _unpadded(_reference(version, pdu))


def event_id(version: RoomVersion, pdu: Mapping[str, Any]) -> EventId:
    if version.event_ids is EventIds.URLSAFE_HASH:
        return EventId("$" + _urlsafe(_reference(version, pdu)))
    if version.event_ids is EventIds.HASH:
        return EventId("$" + _unpadded(_reference(version, pdu)))
    return EventId(pdu["event_id"])


def room_id_of_create(version: RoomVersion, pdu: Mapping[str, Any]) -> RoomId:
    """The ID of the room that this create event makes."""
    if version.room_id_is_create_hash:
        return RoomId("!" + event_id(version, pdu)[1:])
    return RoomId(pdu["room_id"])


def create_event_id_of_room(room_id: str) -> EventId:
    """The reverse of `room_id_of_create`, where the room version has hashes for room IDs."""
    return EventId("$" + room_id[1:])


def referenced_ids(version: RoomVersion, references: Sequence[Any]) -> list[str]:
    """The event IDs in a PDU's `prev_events` or `auth_events`."""
    if version.references_carry_hashes:
        return [reference[0] for reference in references]
    return list(references)


def redacted_event(version: RoomVersion, pdu: Mapping[str, Any]) -> str | None:
    """The ID that an `m.room.redaction` names, None when it names none."""
    redacts = (pdu["content"] if version.redacts_in_content else pdu).get("redacts")
    return redacts if isinstance(redacts, str) else None


def client_format(
    version: RoomVersion, pdu: Mapping[str, Any], event_id: str, room_id: str
) -> dict[str, Any]:
    """The event as clients see it, without `unsigned`.

    `redacts` of a redaction stands both at the top level and in `content`, whichever the room
    version has (room version 11, "Moving the redacts property").
    """
    content = pdu["content"]
    event: dict[str, Any] = {
        "content": content,
        "event_id": event_id,
        "origin_server_ts": pdu["origin_server_ts"],
        "room_id": room_id,
        "sender": pdu["sender"],
        "type": pdu["type"],
    }
    if "state_key" in pdu:
        event["state_key"] = pdu["state_key"]
    if event["type"] == "m.room.redaction":
        redacts = redacted_event(version, pdu)
        if redacts is not None:
            event["redacts"] = redacts
            event["content"] = {**content, "redacts": redacts}
    return event


def _check_fields(version: RoomVersion, draft: Draft) -> None:
    makes_room_id = version.room_id_is_create_hash and draft.type == "m.room.create"
    if (draft.room_id is None) != makes_room_id:
        raise BadEvent("Exactly an event that creates a room named by its hash has no room ID")
    if draft.type == "m.room.member" and not is_user_id(draft.state_key or ""):
        raise BadEvent("The state key of a membership is a user ID")
    if draft.origin_server_ts < 0:
        raise BadEvent("The time of an event is negative")
    for field in (draft.type, draft.sender, draft.state_key, draft.room_id):
        if field is not None and len(field) * 4 > MAX_FIELD_BYTES:
            _check_field(field)


def _check_field(field: str) -> None:
    if len(field) > MAX_FIELD_BYTES or len(field.encode(errors="replace")) > MAX_FIELD_BYTES:
        raise EventTooLarge(
            f"The type, sender, state key and room ID have at most {MAX_FIELD_BYTES} bytes each"
        )


def _check_size(size: int, draft: Draft) -> None:
    if size > MAX_EVENT_BYTES - MAX_FIELD_BYTES:
        size += len(server_of(draft.sender))
        if size > MAX_EVENT_BYTES:
            raise EventTooLarge(f"An event has at most {MAX_EVENT_BYTES} bytes")


def _references(
    version: RoomVersion, ids: Sequence[str], hash_of: Callable[[str], str] | None
) -> list[Any]:
    if not version.references_carry_hashes or not ids:
        return list(ids)
    if hash_of is None:
        raise ValueError("events of this room version refer to others by ID and hash")
    return [[event_id, {"sha256": hash_of(event_id)}] for event_id in ids]


def _reference(version: RoomVersion, pdu: Mapping[str, Any]) -> Any:
    redacted = redact(version, pdu)
    redacted.pop("signatures", None)
    # Not in the kept keys of any version, but named by the algorithm.
    redacted.pop("unsigned", None)
    redacted.pop("age_ts", None)
    return sha256(canonical_json.encode(redacted, strict=False))


def _unpadded(digest: Any) -> str:
    return b64encode(digest.digest())[:43].decode()


def _urlsafe(digest: Any) -> str:
    return urlsafe_b64encode(digest.digest())[:43].decode()
