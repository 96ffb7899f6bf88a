"""Operations on presence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import msgspec

from teahouse.homeserver.presence.published import State
from teahouse.homeserver.presence.service import Presences
from teahouse.homeserver.rooms.members.membership_reads import shares_room
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.errors import forbidden, not_found
from teahouse.kit.http import Request, Route

MAX_STATUS_CHARS = 1_024


class Status(msgspec.Struct):
    presence: State
    status_msg: Annotated[str, msgspec.Meta(max_length=MAX_STATUS_CHARS)] | None = None


class PresenceApi:
    def __init__(
        self,
        database: Database,
        presences: Presences,
        exists: Callable[[ReadTx, str], bool],
    ) -> None:
        self._database = database
        self._presences = presences
        self._exists = exists

    def routes(self) -> Sequence[Route]:
        path = "/_matrix/client/v3/presence/{user_id}/status"
        return [
            Route("GET", path, self.getPresence),
            Route("PUT", path, self.setPresence, when_suspended=False),
        ]

    async def getPresence(self, request: Request) -> dict[str, Any]:
        user_id = request["user_id"]
        if user_id != request.user_id:
            await self._database.read(self._access, request.user_id, user_id)
        return self._presences.shown(user_id)

    async def setPresence(self, request: Request) -> dict[str, Any]:
        if request["user_id"] != request.user_id:
            raise forbidden("You can't say where others are")
        status = await request.json(Status)
        await self._presences.say(request.user_id, status.presence, status.status_msg)
        return {}

    def _access(self, tx: ReadTx, reader: str, user_id: str) -> None:
        if shares_room(tx, reader, user_id):
            return
        if not self._exists(tx, user_id):
            raise not_found("There is no such user")
        raise forbidden("You are in no room with this user")
