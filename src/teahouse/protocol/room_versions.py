"""What differs between room versions: this table, and nothing else branches on a version.

Each version is written as its difference from the one before, as the specification writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from types import MappingProxyType
from typing import Final


class EventIds(Enum):
    """How an event gets its ID."""

    GIVEN = "an `event_id` of the event itself, `$localpart:server`"
    HASH = "the reference hash in standard Base64"
    URLSAFE_HASH = "the reference hash in URL-safe Base64"


class StateResolution(Enum):
    V1 = "1"
    V2 = "2"
    V2_1 = "2.1"


ALL_KEYS: Final[None] = None
"""In `kept_content`: redaction leaves the whole content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomVersion:
    version: str

    # Event format
    event_ids: EventIds
    references_carry_hashes: bool
    """`prev_events` and `auth_events` are pairs of an ID and its reference hash."""
    room_id_is_create_hash: bool
    """The create event has no `room_id`, and is no auth event of any other."""
    redacts_in_content: bool
    creator_in_content: bool
    strict_json: bool

    # Redaction
    kept_keys: frozenset[str]
    kept_content: Mapping[str, frozenset[str] | None]
    """By event type; a type that is not here keeps nothing, ALL_KEYS everything."""
    keeps_signed_third_party_invite: bool

    # Authorization
    aliases_by_server: bool
    """`m.room.aliases` may be set by whoever is of the server in its state key."""
    redactions_authorized: bool
    """`m.room.redaction` has a rule; later versions decide when the redaction is applied."""
    notification_levels_checked: bool
    knocking: bool
    restricted_joins: bool
    knock_restricted_joins: bool
    integer_levels_only: bool
    creators_above_all: bool

    # Federation
    state_resolution: StateResolution
    key_validity_enforced: bool


_KEPT_KEYS = frozenset(
    {
        "event_id",
        "type",
        "room_id",
        "sender",
        "state_key",
        "content",
        "hashes",
        "signatures",
        "depth",
        "prev_events",
        "prev_state",
        "auth_events",
        "origin",
        "origin_server_ts",
        "membership",
    }
)
_KEPT_LEVELS = frozenset(
    {
        "ban",
        "events",
        "events_default",
        "kick",
        "redact",
        "state_default",
        "users",
        "users_default",
    }
)
_KEPT_CONTENT: dict[str, frozenset[str] | None] = {
    "m.room.member": frozenset({"membership"}),
    "m.room.create": frozenset({"creator"}),
    "m.room.join_rules": frozenset({"join_rule"}),
    "m.room.power_levels": _KEPT_LEVELS,
    "m.room.history_visibility": frozenset({"history_visibility"}),
}


def _kept(
    base: Mapping[str, frozenset[str] | None], **changes: frozenset[str] | None
) -> Mapping[str, frozenset[str] | None]:
    return MappingProxyType({**base, **{f"m.room.{name}": keys for name, keys in changes.items()}})


_V1 = RoomVersion(
    version="1",
    event_ids=EventIds.GIVEN,
    references_carry_hashes=True,
    room_id_is_create_hash=False,
    redacts_in_content=False,
    creator_in_content=True,
    strict_json=False,
    kept_keys=_KEPT_KEYS,
    kept_content=_kept(_KEPT_CONTENT, aliases=frozenset({"aliases"})),
    keeps_signed_third_party_invite=False,
    aliases_by_server=True,
    redactions_authorized=True,
    notification_levels_checked=False,
    knocking=False,
    restricted_joins=False,
    knock_restricted_joins=False,
    integer_levels_only=False,
    creators_above_all=False,
    state_resolution=StateResolution.V1,
    key_validity_enforced=False,
)
_V2 = replace(_V1, version="2", state_resolution=StateResolution.V2)
_V3 = replace(
    _V2,
    version="3",
    event_ids=EventIds.HASH,
    references_carry_hashes=False,
    redactions_authorized=False,
)
_V4 = replace(_V3, version="4", event_ids=EventIds.URLSAFE_HASH)
_V5 = replace(_V4, version="5", key_validity_enforced=True)
_V6 = replace(
    _V5,
    version="6",
    strict_json=True,
    kept_content=_kept(_KEPT_CONTENT),
    aliases_by_server=False,
    notification_levels_checked=True,
)
_V7 = replace(_V6, version="7", knocking=True)
_V8 = replace(
    _V7,
    version="8",
    restricted_joins=True,
    kept_content=_kept(_V7.kept_content, join_rules=frozenset({"join_rule", "allow"})),
)
_V9 = replace(
    _V8,
    version="9",
    kept_content=_kept(
        _V8.kept_content, member=frozenset({"membership", "join_authorised_via_users_server"})
    ),
)
_V10 = replace(_V9, version="10", knock_restricted_joins=True, integer_levels_only=True)
_V11 = replace(
    _V10,
    version="11",
    redacts_in_content=True,
    creator_in_content=False,
    kept_keys=_KEPT_KEYS - {"origin", "membership", "prev_state"},
    kept_content=_kept(
        _V10.kept_content,
        create=ALL_KEYS,
        redaction=frozenset({"redacts"}),
        power_levels=_KEPT_LEVELS | {"invite"},
    ),
    keeps_signed_third_party_invite=True,
)
_V12 = replace(
    _V11,
    version="12",
    room_id_is_create_hash=True,
    creators_above_all=True,
    state_resolution=StateResolution.V2_1,
)

ROOM_VERSIONS: Final[Mapping[str, RoomVersion]] = MappingProxyType(
    {v.version: v for v in (_V1, _V2, _V3, _V4, _V5, _V6, _V7, _V8, _V9, _V10, _V11, _V12)}
)

DEFAULT: Final = "12"
