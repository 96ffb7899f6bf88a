"""Operations on the names of rooms, and on which rooms are listed for everyone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.rooms.members.membership_reads import membership_at
from teahouse.homeserver.rooms.outside import aliases
from teahouse.homeserver.rooms.outside.addresses import Addresses
from teahouse.homeserver.rooms.tables import room
from teahouse.homeserver.rooms.visibility.standing import NOW, access_joined_room
from teahouse.homeserver.rooms.visibility.visibility_reads import is_world_readable
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.errors import invalid_param, not_found
from teahouse.kit.http import Access, Request, Route
from teahouse.kit.http.shapes import Name
from teahouse.kit.log import LogWriter
from teahouse.kit.shards import shard_of
from teahouse.protocol import identifiers

V3 = "/_matrix/client/v3"


class Target(msgspec.Struct):
    room_id: Name


class Listed(msgspec.Struct):
    visibility: Literal["public", "private"] = "public"


class RoomDirectoryApi:
    def __init__(
        self, database: Database, log: LogWriter, addresses: Addresses, server_name: str
    ) -> None:
        self._database = database
        self._log = log
        self._addresses = addresses
        self._server_name = server_name

    def routes(self) -> Sequence[Route]:
        alias = V3 + "/directory/room/{room_alias}"
        listed = V3 + "/directory/list/room/{room_id}"
        return [
            Route("PUT", alias, self.setRoomAlias, limit="room", when_suspended=False),
            Route("GET", alias, self.getRoomIdByAlias, Access.SERVICE, limit="directory"),
            Route("DELETE", alias, self.deleteRoomAlias, limit="room", when_suspended=False),
            Route("GET", V3 + "/rooms/{room_id}/aliases", self.getLocalAliases),
            Route("GET", listed, self.getRoomVisibilityOnDirectory, Access.OPTIONAL),
            Route(
                "PUT", listed, self.setRoomVisibilityOnDirectory, limit="room", when_suspended=False
            ),
        ]

    async def setRoomAlias(self, request: Request) -> bytes:
        room_id = (await request.json(Target)).room_id
        alias, requester = request["room_alias"], request.requester
        await self._log.submit(lambda tx: self._addresses.add(tx, requester, alias, room_id))
        return b"{}"

    async def getRoomIdByAlias(self, request: Request) -> Any:
        alias = request["room_alias"]
        if not identifiers.is_room_alias(alias):
            raise invalid_param("This is not a room alias")
        room_id = await self._addresses.room_of(self._database, request.requester, alias)
        return {"room_id": room_id, "servers": [self._server_name]}

    async def deleteRoomAlias(self, request: Request) -> bytes:
        alias = request["room_alias"]
        await self._log.submit(lambda tx: self._addresses.remove(tx, request.requester, alias))
        return b"{}"

    async def getLocalAliases(self, request: Request) -> Any:
        found = await self._database.read(_aliases_for, request.user_id, request["room_id"])
        return {"aliases": found}

    async def getRoomVisibilityOnDirectory(self, request: Request) -> Any:
        is_listed = await self._database.read(_is_listed_for, request.user_id, request["room_id"])
        return {"visibility": "public" if is_listed else "private"}

    async def setRoomVisibilityOnDirectory(self, request: Request) -> bytes:
        listed = (await request.json(Listed)).visibility == "public"
        requester, room_id = request.requester, request["room_id"]
        await self._log.submit(
            lambda tx: self._addresses.set_listed(tx, requester, room_id, listed)
        )
        return b"{}"


def _aliases_for(tx: ReadTx, user_id: str, room_id: str) -> list[str]:
    """Errors: M_FORBIDDEN."""
    if not is_world_readable(tx, room_id, NOW):
        access_joined_room(tx, user_id, room_id)
    return aliases.of_room(tx, room_id)


def _is_listed_for(tx: ReadTx, user_id: str, room_id: str) -> bool:
    """That a room is private is told to its members only: to others there is no such room.

    Errors: M_NOT_FOUND.
    """
    listed = tx.scalar(
        sa.select(room.c.published).where(
            room.c.shard == shard_of(room_id), room.c.room_id == room_id
        )
    )
    if not listed and membership_at(tx, user_id, room_id, NOW) != "join":
        raise not_found("Room not found")
    return bool(listed)
