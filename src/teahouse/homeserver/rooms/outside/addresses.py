"""Giving rooms their aliases, and listing rooms in the server's directory: who may.

An alias is given by anyone in the room, or by the application service whose name it is, and taken
away by who gave it, by who may change the room's canonical alias, or by an administrator of the
server. Listing a room takes the same power.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.rooms.outside import aliases
from teahouse.homeserver.rooms.outside.bridges import Bridges
from teahouse.homeserver.rooms.tables import room as room_table
from teahouse.homeserver.rooms.visibility.standing import outsider
from teahouse.homeserver.rooms.writing.append import Appender
from teahouse.homeserver.rooms.writing.canonical_alias import CANONICAL_ALIAS
from teahouse.homeserver.rooms.writing.memory import RoomMemory
from teahouse.homeserver.rooms.writing.room import Room
from teahouse.kit.database import Database
from teahouse.kit.errors import Refused, forbidden, not_found
from teahouse.kit.http import Requester
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of
from teahouse.protocol.events import Draft

MAX_ALIASES_OF_ROOM = 500


class Addresses:
    def __init__(
        self, memory: RoomMemory, appender: Appender, server_name: str, bridges: Bridges
    ) -> None:
        self._memory = memory
        self._appender = appender
        self._server_name = server_name
        self.bridges = bridges

    async def room_of(self, database: Database, requester: Requester, alias: str) -> str:
        """Errors: M_NOT_FOUND; 408 when the application service that has it does not answer."""
        found = await database.read(aliases.find, alias)
        if found is None and await self.bridges.ask_for_alias(requester, alias):
            found = await database.read(aliases.find, alias)
        if found is None:
            raise not_found("There is no room of this name")
        return str(found.room_id)

    def add(self, tx: WriteTx, requester: Requester, alias: str, room_id: str) -> None:
        """Errors: M_INVALID_PARAM, M_FORBIDDEN, M_EXCLUSIVE, 409 M_UNKNOWN when it is taken."""
        aliases.check(alias, self._server_name)
        self.bridges.check_alias(requester, alias)
        user_id = requester.user_id
        has_name = requester.service is not None and requester.service.has_alias(alias)
        if not has_name and self._room_of_member(tx, user_id, room_id) is None:
            raise outsider()
        if aliases.find(tx, alias) is not None:
            raise Refused("M_UNKNOWN", "This alias is taken", status=409)
        if len(aliases.of_room(tx, room_id)) >= MAX_ALIASES_OF_ROOM:
            raise Refused("M_TOO_LARGE", f"A room has at most {MAX_ALIASES_OF_ROOM} aliases")
        aliases.add(tx, alias, room_id, user_id)

    def remove(self, tx: WriteTx, requester: Requester, alias: str) -> None:
        """Errors: M_NOT_FOUND, M_FORBIDDEN, M_EXCLUSIVE."""
        self.bridges.check_alias(requester, alias)
        found = aliases.find(tx, alias)
        if found is None:
            raise not_found("There is no room of this name")
        user_id = requester.user_id
        has_name = requester.service is not None and requester.service.has_alias(alias)
        if user_id != found.creator and not requester.is_admin and not has_name:
            room = self._room_of_member(tx, user_id, found.room_id)
            if room is None or not _may_name(room, user_id):
                raise forbidden("You may not remove this alias")
        aliases.remove(tx, alias)
        self._forget_name(tx, user_id, found.room_id, alias)

    def _forget_name(self, tx: WriteTx, user_id: str, room_id: str, alias: str) -> None:
        """The room does not go by a name that leads nowhere, where the user may say so."""
        room = self._room_of_member(tx, user_id, room_id)
        if room is None or not _may_name(room, user_id):
            return
        content = room.content(CANONICAL_ALIAS) or {}
        left = _without(content, alias)
        if left != content:
            draft = Draft(room_id, CANONICAL_ALIAS, user_id, left, "", tx.now_ms)
            self._appender.append(tx, room, draft)

    def set_listed(self, tx: WriteTx, requester: Requester, room_id: str, listed: bool) -> None:
        """Errors: M_NOT_FOUND for who is not in the room, M_FORBIDDEN."""
        room = self._room_of_member(tx, requester.user_id, room_id)
        if room is None:
            raise not_found("Room not found")
        if not _may_name(room, requester.user_id) and not requester.is_admin:
            raise forbidden("You may not list this room")
        tx.run(
            sa.update(room_table)
            .where(room_table.c.shard == shard_of(room_id), room_table.c.room_id == room_id)
            .values(published=listed)
        )

    def _room_of_member(self, tx: WriteTx, user_id: str, room_id: str) -> Room | None:
        try:
            room = self._memory.get(tx, room_id)
        except Refused:
            return None
        return room if room.membership(user_id) == "join" else None


def _without(content: Mapping[str, Any], alias: str) -> dict[str, Any]:
    left = dict(content)
    if left.get("alias") == alias:
        del left["alias"]
    others = left.get("alt_aliases")
    if isinstance(others, list) and alias in others:
        left["alt_aliases"] = [other for other in others if other != alias]
    return left


def _may_name(room: Room, user_id: str) -> bool:
    return room.power_levels.may_send(user_id, CANONICAL_ALIAS, is_state=True)
