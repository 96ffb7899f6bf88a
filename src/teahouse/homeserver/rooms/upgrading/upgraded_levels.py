"""Power levels of a room that is upgraded: those of the new room, and of the old one. Pure.

Source: client-server API, "Room Upgrades"
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from teahouse.homeserver.rooms.writing.presets import default_power_levels
from teahouse.protocol.power_levels import LEVEL_DEFAULTS, read_level
from teahouse.protocol.room_versions import RoomVersion

MAPS = ("users", "events", "notifications")
CLOSED_LEVEL = 50

Levels = Mapping[str, Any]


def carried(
    content: Levels | None,
    version: RoomVersion,
    creators: frozenset[str],
    new_version: RoomVersion,
    new_creators: frozenset[str],
) -> dict[str, Any]:
    """Each has the power that they had; creators as each version has it.

    `content`, `version` and `creators` are of the old room.
    """
    if content is None:
        levels = default_power_levels(new_version)
    else:
        levels = _in_numbers(content, version)
    users = dict(levels.get("users", {}))
    if not new_version.creators_above_all and (content is None or version.creators_above_all):
        users |= dict.fromkeys(sorted(creators), max([100, *_all(levels)]))
    if new_version.creators_above_all:
        users = {user: level for user, level in users.items() if user not in new_creators}
    return levels | {"users": users}


def opening(new_version: RoomVersion, user_id: str, then: Levels) -> dict[str, Any]:
    """Those of any new room, where whoever upgrades may set everything, also what comes `then`."""
    levels = default_power_levels(new_version)
    if not new_version.creators_above_all:
        levels["users"] = {user_id: max([100, *_all(then)])}
    return levels


def closed(content: Levels, version: RoomVersion) -> dict[str, Any] | None:
    """Members may neither send nor invite any more; None where they could not before."""

    def level(name: str) -> int:
        found = read_level(version, content.get(name))
        return LEVEL_DEFAULTS[name] if found is None else found

    least = max(CLOSED_LEVEL, level("users_default") + 1)
    raised = {name: least for name in ("events_default", "invite") if level(name) < least}
    return {**content, **raised} if raised else None


def _in_numbers(content: Levels, version: RoomVersion) -> dict[str, Any]:
    """Later versions know no levels in strings; what is no level is left out."""
    levels: dict[str, Any] = {
        name: level
        for name in LEVEL_DEFAULTS
        if (level := read_level(version, content.get(name))) is not None
    }
    for name in MAPS:
        of = content.get(name)
        if isinstance(of, dict):
            read = {key: read_level(version, value) for key, value in of.items()}
            levels[name] = {key: level for key, level in read.items() if level is not None}
    return levels


def _all(levels: Levels) -> Iterator[int]:
    for value in levels.values():
        if isinstance(value, dict):
            yield from value.values()
        else:
            yield value
