"""The redaction algorithm: what is left of an event when its content is removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from teahouse.protocol.room_versions import ALL_KEYS, RoomVersion


def redact(version: RoomVersion, pdu: Mapping[str, Any]) -> dict[str, Any]:
    """A redacted copy of `pdu`; applying it twice changes nothing more."""
    kept_keys = version.kept_keys
    redacted = {key: value for key, value in pdu.items() if key in kept_keys}
    redacted["content"] = redact_content(version, pdu["type"], pdu["content"])
    return redacted


def redact_content(
    version: RoomVersion, type: str, content: Mapping[str, Any]
) -> Mapping[str, Any]:
    if type not in version.kept_content:
        return {}
    kept_keys = version.kept_content[type]
    if kept_keys is ALL_KEYS:
        return content
    kept = {key: value for key, value in content.items() if key in kept_keys}
    if type == "m.room.member" and version.keeps_signed_third_party_invite:
        invite = content.get("third_party_invite")
        if isinstance(invite, dict):
            kept["third_party_invite"] = {k: v for k, v in invite.items() if k == "signed"}
    return kept
