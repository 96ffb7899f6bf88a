"""The operation that tells which rooms one shares with somebody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from teahouse.homeserver.rooms.members.mutual import mutual_rooms, room_of_token
from teahouse.kit.database import Database
from teahouse.kit.errors import invalid_param
from teahouse.kit.http import Request, Route
from teahouse.protocol import identifiers

PATH = "/_matrix/client/v1/mutual_rooms"
UNSTABLE_PATH = "/_matrix/client/unstable/uk.half-shot.msc2666/user/mutual_rooms"
"""What clients call that were made before it had its place in the specification."""


class MutualRoomsApi:
    def __init__(self, database: Database) -> None:
        self._database = database

    def routes(self) -> Sequence[Route]:
        return [
            Route("GET", PATH, self.getMutualRooms, limit="directory"),
            Route("GET", UNSTABLE_PATH, self.getMutualRooms, limit="directory"),
        ]

    async def getMutualRooms(self, request: Request) -> Any:
        they, token = request.required_query("user_id"), request.query("from")
        if not identifiers.is_user_id(they) or they == request.user_id:
            raise invalid_param("user_id must be the ID of another user")
        after = room_of_token(token) if token is not None else ""
        found = await self._database.read(mutual_rooms, request.user_id, they, after)
        told = {"joined": found.room_ids, "count": found.count}
        return told if found.next_batch is None else {**told, "next_batch": found.next_batch}
