"""The names that a room goes by, as its state says: those must be its own.

Source: client-server API, "m.room.canonical_alias"
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from teahouse.homeserver.rooms.outside import aliases
from teahouse.homeserver.rooms.writing.room import Room
from teahouse.kit.database import ReadTx
from teahouse.kit.errors import Refused, invalid_param
from teahouse.protocol import identifiers

CANONICAL_ALIAS = "m.room.canonical_alias"


def check(tx: ReadTx, room: Room, content: Mapping[str, Any]) -> None:
    """What the room went by before may stay, whatever has become of it.

    Errors: M_INVALID_PARAM for what is no alias, M_BAD_ALIAS for one of another room.
    """
    if not isinstance(content.get("alt_aliases", []), list):
        raise invalid_param("alt_aliases must be a list")
    before = _names(room.content(CANONICAL_ALIAS) or {})
    known = {alias for alias in before if isinstance(alias, str)}
    for alias in _names(content):
        if not isinstance(alias, str):
            raise invalid_param("An alias is not a room alias")
        if alias not in known:
            _check_leads_to(tx, room, alias)


def _check_leads_to(tx: ReadTx, room: Room, alias: str) -> None:
    if not identifiers.is_room_alias(alias):
        raise invalid_param("An alias is not a room alias")
    found = aliases.find(tx, alias)
    if found is None or found.room_id != room.room_id:
        raise Refused("M_BAD_ALIAS", "An alias does not point to this room")


def _names(content: Mapping[str, Any]) -> list[Any]:
    named, others = content.get("alias"), content.get("alt_aliases")
    alone = [] if named is None or named == "" else [named]
    return alone + (others if isinstance(others, list) else [])
