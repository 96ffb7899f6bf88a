"""Who has how much power in a room: `m.room.power_levels` with its defaults."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Final

from teahouse.protocol.canonical_json import MAX_INT
from teahouse.protocol.room_versions import RoomVersion

CREATOR_LEVEL: Final = MAX_INT + 1
"""Above every level that an event can hold."""

LEVEL_DEFAULTS: Final[Mapping[str, int]] = {
    "users_default": 0,
    "events_default": 0,
    "state_default": 50,
    "ban": 50,
    "redact": 50,
    "kick": 50,
    "invite": 0,
}
NOTIFICATION_DEFAULT: Final = 50

_STRINGY = re.compile(r"\s*([+-]?)0*([0-9]{1,18})\s*", re.ASCII)


def read_level(version: RoomVersion, value: object) -> int | None:
    """A level as the room version accepts it; None when it does not.

    Until room version 9 also strings, and until 5, where JSON was not strict, floats.
    """
    if type(value) is int:
        return value
    if version.integer_levels_only:
        return None
    if isinstance(value, str):
        match = _STRINGY.fullmatch(value)
        return int(match[1] + match[2]) if match else None
    if isinstance(value, float) and not version.strict_json and math.isfinite(value):
        return math.trunc(value)
    return None


def read_levels(version: RoomVersion, value: object) -> dict[str, int] | None:
    """A map of levels, None when it is no map or any of its values is no level."""
    if not isinstance(value, dict):
        return None
    levels = {}
    for key, item in value.items():
        level = read_level(version, item)
        if level is None:
            return None
        levels[key] = level
    return levels


def creators_of(
    version: RoomVersion, create_content: Mapping[str, Any], create_sender: str
) -> frozenset[str]:
    """Whom the create event names; what that is worth is up to the room version."""
    if version.creators_above_all:
        additional = create_content.get("additional_creators", ())
        return frozenset((create_sender, *additional))
    if version.creator_in_content:
        creator = create_content.get("creator")
        return frozenset((creator,)) if isinstance(creator, str) else frozenset()
    return frozenset((create_sender,))


class PowerLevels:
    """Read once from the content of `m.room.power_levels`, None where the room has none."""

    __slots__ = (
        "_events",
        "_notifications",
        "_users",
        "ban",
        "creators",
        "events_default",
        "invite",
        "kick",
        "redact",
        "state_default",
        "users_default",
    )

    def __init__(
        self,
        version: RoomVersion,
        content: Mapping[str, Any] | None,
        *,
        create_content: Mapping[str, Any],
        create_sender: str,
    ) -> None:
        self.creators = creators_of(version, create_content, create_sender)
        given: Mapping[str, Any] = content if content is not None else {}
        self.users_default = _level(version, given, "users_default")
        self.events_default = _level(version, given, "events_default")
        self.state_default = _level(version, given, "state_default")
        self.ban = _level(version, given, "ban")
        self.redact = _level(version, given, "redact")
        self.kick = _level(version, given, "kick")
        self.invite = _level(version, given, "invite")
        self._events = _readable_levels(version, given.get("events"))
        self._notifications = _readable_levels(version, given.get("notifications"))
        self._users = _readable_levels(version, given.get("users"))
        if version.creators_above_all:
            self._users.update(dict.fromkeys(self.creators, CREATOR_LEVEL))
        elif content is None:
            self._users.update(dict.fromkeys(self.creators, 100))

    def user(self, user_id: str) -> int:
        return self._users.get(user_id, self.users_default)

    def event(self, type: str, is_state: bool) -> int:
        """The level that sending such an event takes."""
        level = self._events.get(type)
        if level is not None:
            return level
        return self.state_default if is_state else self.events_default

    def notification(self, key: str) -> int:
        return self._notifications.get(key, NOTIFICATION_DEFAULT)

    def may_send(self, user_id: str, type: str, is_state: bool) -> bool:
        return self.user(user_id) >= self.event(type, is_state)


def _level(version: RoomVersion, content: Mapping[str, Any], name: str) -> int:
    level = read_level(version, content.get(name))
    return LEVEL_DEFAULTS[name] if level is None else level


def _readable_levels(version: RoomVersion, value: object) -> dict[str, int]:
    if not isinstance(value, dict):
        return {}
    levels = {key: read_level(version, item) for key, item in value.items()}
    return {key: level for key, level in levels.items() if level is not None}
