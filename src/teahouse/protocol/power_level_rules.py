"""The authorization rules for `m.room.power_levels`: rule 10 of room version 12."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from teahouse.protocol.errors import NeverAllowed, NotAllowed
from teahouse.protocol.identifiers import is_user_id
from teahouse.protocol.power_levels import LEVEL_DEFAULTS, read_level, read_levels
from teahouse.protocol.room_state import AuthState
from teahouse.protocol.room_versions import RoomVersion


def check_power_levels(version: RoomVersion, state: AuthState, pdu: Mapping[str, Any]) -> None:
    content = pdu["content"]
    # 10.1 to 10.4
    levels = {
        name: _new_level(version, content[name], name) for name in LEVEL_DEFAULTS if name in content
    }
    maps = {name: _new_levels(version, content, name) for name in _maps(version)}
    users = _new_levels(version, content, "users")
    if not all(map(is_user_id, users)):
        raise NotAllowed("The users of the power levels are not all user IDs")
    if version.creators_above_all and not state.power_levels.creators.isdisjoint(users):
        raise NeverAllowed("The level of the room's creators cannot be set")
    # 10.5
    current = state.power_levels_content
    if current is None:
        return
    sender = pdu["sender"]
    limit = state.power_levels.user(sender)
    # 10.6
    before = {name: read_level(version, current.get(name)) for name in LEVEL_DEFAULTS}
    _check_changes({k: v for k, v in before.items() if v is not None}, levels, limit)
    # 10.7, 10.8
    for name, new in maps.items():
        _check_changes(read_levels(version, current.get(name)) or {}, new, limit)
    # 10.9, 10.10
    users_before = read_levels(version, current.get("users")) or {}
    for user_id, level in users_before.items():
        if user_id != sender and users.get(user_id) != level and level >= limit:
            raise NotAllowed("You may not change the level of a user who has yours or more")
    _check_changes({}, _changed(users_before, users), limit)


def _maps(version: RoomVersion) -> tuple[str, ...]:
    return ("events", "notifications") if version.notification_levels_checked else ("events",)


def _new_level(version: RoomVersion, value: object, name: str) -> int:
    level = read_level(version, value)
    if level is None:
        raise NotAllowed(f"The power level {name} is not an integer")
    return level


def _new_levels(version: RoomVersion, content: Mapping[str, Any], name: str) -> dict[str, int]:
    if name not in content:
        return {}
    levels = read_levels(version, content[name])
    if levels is None:
        raise NotAllowed(f"The power levels of {name} are not all integers")
    return levels


def _changed(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """What of `after` was added or changed."""
    return {key: level for key, level in after.items() if before.get(key) != level}


def _check_changes(before: Mapping[str, int], after: Mapping[str, int], limit: int) -> None:
    changed = [*_changed(before, after).values(), *_changed(after, before).values()]
    if any(level > limit for level in changed):
        raise NotAllowed("You may not change or give a level above your own")
