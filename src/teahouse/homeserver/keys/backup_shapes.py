"""What clients send to a backup of room keys."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from teahouse.homeserver.keys.backup_store import BackedUpKey
from teahouse.kit.errors import Refused
from teahouse.kit.http.shapes import Ascii, Count, Name

MAX_AUTH_DATA_BYTES = 64 << 10
MAX_SESSION_DATA_BYTES = 64 << 10
RoomIdKey = Annotated[str, msgspec.Meta(min_length=1, max_length=255, pattern=r"^![^\x00]*\Z")]


class VersionBody(msgspec.Struct):
    algorithm: Name
    auth_data: dict[str, Any] | str
    version: str | None = None


class KeyData(msgspec.Struct):
    first_message_index: Count
    forwarded_count: Count
    is_verified: bool
    session_data: dict[str, Any] | str


class RoomBody(msgspec.Struct):
    sessions: dict[Ascii, KeyData]


class RoomsBody(msgspec.Struct):
    rooms: dict[RoomIdKey, RoomBody]


def encoded_auth_data(body: VersionBody) -> bytes:
    return _bounded(body.auth_data, MAX_AUTH_DATA_BYTES)


def key_of(room_id: str, session_id: str, key: KeyData) -> BackedUpKey:
    return BackedUpKey(
        room_id,
        session_id,
        key.first_message_index,
        key.forwarded_count,
        key.is_verified,
        _bounded(key.session_data, MAX_SESSION_DATA_BYTES),
    )


def shown(key: BackedUpKey) -> dict[str, Any]:
    return {
        "first_message_index": key.first_message_index,
        "forwarded_count": key.forwarded_count,
        "is_verified": key.is_verified,
        "session_data": msgspec.Raw(key.session_data),
    }


def _bounded(value: dict[str, Any] | str, most: int) -> bytes:
    encoded = msgspec.json.encode(value)
    if len(encoded) > most:
        raise Refused("M_TOO_LARGE", f"At most {most} bytes")
    return encoded
