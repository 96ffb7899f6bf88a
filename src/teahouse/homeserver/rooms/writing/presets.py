"""What a new room is like: the presets, and the power levels that all start with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from teahouse.kit.errors import invalid_param
from teahouse.protocol.room_versions import RoomVersion


@dataclass(frozen=True, slots=True)
class Preset:
    state: Mapping[str, dict[str, Any]]
    invited_are_equal: bool


def _preset(join_rule: str, guest_access: str, *, invited_are_equal: bool = False) -> Preset:
    return Preset(
        {
            "m.room.join_rules": {"join_rule": join_rule},
            "m.room.history_visibility": {"history_visibility": "shared"},
            "m.room.guest_access": {"guest_access": guest_access},
        },
        invited_are_equal,
    )


PRESETS = {
    "private_chat": _preset("invite", "can_join"),
    "trusted_private_chat": _preset("invite", "can_join", invited_are_equal=True),
    "public_chat": _preset("public", "forbidden"),
}


def preset_of(name: str | None, visibility: str) -> Preset:
    """Errors: M_INVALID_PARAM."""
    if name is None:
        name = "public_chat" if visibility == "public" else "private_chat"
    if name not in PRESETS:
        raise invalid_param(f"preset must be one of {', '.join(PRESETS)}")
    return PRESETS[name]


def default_power_levels(version: RoomVersion) -> dict[str, Any]:
    tombstone = 150 if version.creators_above_all else 100
    return {
        "users": {},
        "users_default": 0,
        "events": {
            "m.room.name": 50,
            "m.room.avatar": 50,
            "m.room.canonical_alias": 50,
            "m.room.power_levels": 100,
            "m.room.history_visibility": 100,
            "m.room.encryption": 100,
            "m.room.server_acl": 100,
            "m.room.tombstone": tombstone,
        },
        "events_default": 0,
        "state_default": 50,
        "ban": 50,
        "kick": 50,
        "redact": 50,
        "invite": 0,
    }
