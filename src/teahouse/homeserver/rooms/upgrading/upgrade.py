"""Upgrading a room: another one of a newer version takes its place.

All of it is one change of the log: nobody ever sees half of it.
Source: client-server API, "Room Upgrades"
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.rooms.members.member_content import MemberContents
from teahouse.homeserver.rooms.outside import aliases
from teahouse.homeserver.rooms.outside.room_summary import SPACE
from teahouse.homeserver.rooms.outside.space_children import CHILD, MAX_CHILDREN
from teahouse.homeserver.rooms.state.state_reads import content, state_at
from teahouse.homeserver.rooms.tables import room as room_table
from teahouse.homeserver.rooms.tables import room_state
from teahouse.homeserver.rooms.timeline.stored import StoredEvent
from teahouse.homeserver.rooms.upgrading.succession import Succession
from teahouse.homeserver.rooms.upgrading.upgraded_levels import carried, closed, opening
from teahouse.homeserver.rooms.visibility.standing import NOW, outsider
from teahouse.homeserver.rooms.writing.append import Appender
from teahouse.homeserver.rooms.writing.canonical_alias import CANONICAL_ALIAS
from teahouse.homeserver.rooms.writing.creation import RoomCreation
from teahouse.homeserver.rooms.writing.memory import RoomMemory
from teahouse.homeserver.rooms.writing.room import Room
from teahouse.kit.errors import Refused, forbidden, invalid_param, not_found
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of
from teahouse.protocol import identifiers
from teahouse.protocol.events import Draft
from teahouse.protocol.power_levels import creators_of
from teahouse.protocol.room_versions import ROOM_VERSIONS, RoomVersion

TOMBSTONE = "m.room.tombstone"
POWER_LEVELS = "m.room.power_levels"
MEMBER = "m.room.member"

CARRIED = (
    "m.room.server_acl",
    "m.room.encryption",
    "m.room.name",
    "m.room.avatar",
    "m.room.topic",
    "m.room.guest_access",
    "m.room.history_visibility",
    "m.room.join_rules",
    "m.room.related_groups",
)
MAX_CREATORS = 100
MAX_BANS = 2_000
"""Carried into the new room, the newest; more would keep all other writers waiting."""


class RoomUpgrades:
    def __init__(
        self,
        memory: RoomMemory,
        appender: Appender,
        members: MemberContents,
        creation: RoomCreation,
        succession: Succession,
    ) -> None:
        self._memory = memory
        self._appender = appender
        self._members = members
        self._creation = creation
        self._succession = succession

    def upgrade(
        self, tx: WriteTx, user_id: str, room_id: str, wanted: str, additional: Sequence[str]
    ) -> str:
        """The new room's id. `additional` are creators beside the user, where versions have them.

        Errors: M_UNSUPPORTED_ROOM_VERSION, M_INVALID_PARAM, M_FORBIDDEN.
        """
        old = self._old_room(tx, user_id, room_id)
        version = ROOM_VERSIONS.get(wanted)
        if version is None:
            raise Refused("M_UNSUPPORTED_ROOM_VERSION", "This room version is not known")
        if not old.power_levels.may_send(user_id, TOMBSTONE, is_state=True):
            raise forbidden("You may not upgrade this room")
        already = self._replacement(tx, old)
        if already is not None and already.version is version:
            # A wish that is repeated, or another's for the same: they all come to one room.
            return already.room_id
        new = self._replace(tx, user_id, old, version, _creators(additional, version))
        self._fill(tx, user_id, old, new)
        self._move_names(tx, user_id, old, new)
        self._close(tx, user_id, old)
        self._succession.joined(tx, user_id, new)
        return new.room_id

    def _old_room(self, tx: WriteTx, user_id: str, room_id: str) -> Room:
        try:
            room = self._memory.get(tx, room_id)
        except Refused:
            raise not_found("There is no such room") from None
        if room.membership(user_id) != "join":
            raise outsider()
        return room

    def _replacement(self, tx: WriteTx, old: Room) -> Room | None:
        """The room that took the place of this one, unless everyone has left it."""
        room_id = identifiers.name_in(old.content(TOMBSTONE), "replacement_room")
        if room_id is None:
            return None
        try:
            new = self._memory.get(tx, room_id)
        except Refused:
            return None
        named = (new.create_content or {}).get("predecessor")
        is_ours = isinstance(named, dict) and named.get("room_id") == old.room_id
        return new if is_ours and new.joined_count else None

    def _replace(
        self, tx: WriteTx, user_id: str, old: Room, version: RoomVersion, additional: list[str]
    ) -> Room:
        """Tombstone and create event, which name each other where they can: a room whose id comes
        of its create event is there before the tombstone."""
        predecessor = {"room_id": old.room_id}
        room_id = self._creation.new_room_id(version)
        if room_id is not None:
            predecessor["event_id"] = self._bury(tx, user_id, old, room_id)
        before = old.create_content or {}
        kept = {key: before[key] for key in ("type", "m.federate") if key in before}
        created = {**kept, "room_version": version.version, "predecessor": predecessor}
        if version.creator_in_content:
            created["creator"] = user_id
        if additional:
            created["additional_creators"] = additional
        new = self._creation.begin(
            tx, user_id, version, created, published=_take_listing(tx, old), room_id=room_id
        )
        if room_id is None:
            self._bury(tx, user_id, old, new.room_id)
        return new

    def _bury(self, tx: WriteTx, user_id: str, old: Room, new_room_id: str) -> str:
        told = {"body": "This room has been replaced", "replacement_room": new_room_id}
        return self._send(tx, old, user_id, TOMBSTONE, told)

    def _fill(self, tx: WriteTx, user_id: str, old: Room, new: Room) -> None:
        """First levels that let everything be carried; the old room's may not, and come last."""
        self._send(tx, new, user_id, MEMBER, self._members.join(tx, user_id), user_id)
        creators = creators_of(new.version, new.create_content or {}, user_id)
        levels = carried(
            old.power_levels_content,
            old.version,
            old.power_levels.creators,
            new.version,
            creators,
        )
        first = opening(new.version, user_id, levels)
        self._send(tx, new, user_id, POWER_LEVELS, first)
        for found in _carried_state(tx, old):
            self._send(tx, new, user_id, found.type, content(found), found.state_key or "")
        for found in _bans(tx, old):
            if found.state_key not in creators:
                self._send(tx, new, user_id, MEMBER, _ban(found), found.state_key or "")
        if levels != first:
            self._send(tx, new, user_id, POWER_LEVELS, levels)

    def _move_names(self, tx: WriteTx, user_id: str, old: Room, new: Room) -> None:
        aliases.move(tx, old.room_id, new.room_id)
        named = old.content(CANONICAL_ALIAS)
        if named:
            self._send_if_allowed(tx, new, user_id, CANONICAL_ALIAS, dict(named))
            self._send_if_allowed(tx, old, user_id, CANONICAL_ALIAS, {})

    def _close(self, tx: WriteTx, user_id: str, old: Room) -> None:
        before = old.power_levels_content
        levels = None if before is None else closed(before, old.version)
        if levels is not None:
            self._send_if_allowed(tx, old, user_id, POWER_LEVELS, levels)

    def _send_if_allowed(
        self, tx: WriteTx, room: Room, sender: str, type: str, content: dict[str, Any]
    ) -> None:
        try:
            self._send(tx, room, sender, type, content)
        except Refused as error:
            if error.errcode != "M_FORBIDDEN":
                raise

    def _send(
        self,
        tx: WriteTx,
        room: Room,
        sender: str,
        type: str,
        content: dict[str, Any],
        state_key: str = "",
    ) -> str:
        draft = Draft(room.room_id, type, sender, content, state_key, tx.now_ms)
        return self._appender.append(tx, room, draft).event_id


def _creators(additional: Sequence[str], version: RoomVersion) -> list[str]:
    """Errors: M_INVALID_PARAM. A version that knows no additional creators passes them over."""
    if not version.creators_above_all:
        return []
    if len(additional) > MAX_CREATORS or not all(map(identifiers.is_user_id, additional)):
        raise invalid_param(f"additional_creators must be at most {MAX_CREATORS} user IDs")
    return list(dict.fromkeys(additional))


def _carried_state(tx: WriteTx, old: Room) -> list[StoredEvent]:
    plain = room_state.c.type.in_(CARRIED) & (room_state.c.state_key == "")
    found = state_at(tx, old.room_id, NOW, plain)
    if (old.create_content or {}).get("type") == SPACE:
        links = state_at(tx, old.room_id, NOW, room_state.c.type == CHILD)
        found += [link for link in links if content(link).get("via")][:MAX_CHILDREN]
    return [state for state in found if content(state)]


def _bans(tx: WriteTx, old: Room) -> list[StoredEvent]:
    banned = (room_state.c.type == MEMBER) & (room_state.c.membership == "ban")
    return state_at(tx, old.room_id, NOW, banned)[-MAX_BANS:]


def _ban(found: StoredEvent) -> dict[str, Any]:
    said = content(found)
    return {key: said[key] for key in ("membership", "reason") if key in said}


def _take_listing(tx: WriteTx, old: Room) -> bool:
    """Whether the old room was published; it is not any more."""
    mine = (room_table.c.shard == shard_of(old.room_id), room_table.c.room_id == old.room_id)
    published = bool(tx.scalar(sa.select(room_table.c.published).where(*mine)))
    if published:
        tx.run(sa.update(room_table).where(*mine).values(published=False))
    return published
