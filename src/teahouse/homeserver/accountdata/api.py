"""Account data, tags and filters: each user's own, nobody else's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from teahouse.homeserver.accountdata.filters import Filters
from teahouse.homeserver.accountdata.scope import GLOBAL
from teahouse.homeserver.accountdata.service import AccountData
from teahouse.homeserver.accountdata.tags import Tags
from teahouse.kit.errors import forbidden, invalid_param
from teahouse.kit.http import Request, Route
from teahouse.protocol.identifiers import is_room_id


class AccountDataApi:
    def __init__(self, accountdata: AccountData, tags: Tags, filters: Filters) -> None:
        self._accountdata = accountdata
        self._tags = tags
        self._filters = filters

    def routes(self) -> Sequence[Route]:
        user = "/_matrix/client/v3/user/{userId}"
        room = user + "/rooms/{roomId}"
        return [
            Route("GET", user + "/account_data/{type}", self.getAccountData),
            Route("PUT", user + "/account_data/{type}", self.setAccountData),
            Route("GET", room + "/account_data/{type}", self.getAccountDataPerRoom),
            Route("PUT", room + "/account_data/{type}", self.setAccountDataPerRoom),
            Route("GET", room + "/tags", self.getRoomTags),
            Route("PUT", room + "/tags/{tag}", self.setRoomTag),
            Route("DELETE", room + "/tags/{tag}", self.deleteRoomTag),
            Route("POST", user + "/filter", self.defineFilter),
            Route("GET", user + "/filter/{filterId}", self.getFilter),
        ]

    async def getAccountData(self, request: Request) -> Any:
        return await self._accountdata.read(_owner(request), GLOBAL, request["type"])

    async def setAccountData(self, request: Request) -> Any:
        user_id = _owner(request)
        content = await request.json_object(strict=False)
        await self._accountdata.write(user_id, GLOBAL, request["type"], content)
        return b"{}"

    async def getAccountDataPerRoom(self, request: Request) -> Any:
        return await self._accountdata.read(_owner(request), _room(request), request["type"])

    async def setAccountDataPerRoom(self, request: Request) -> Any:
        user_id, room_id = _owner(request), _room(request)
        content = await request.json_object(strict=False)
        await self._accountdata.write(user_id, room_id, request["type"], content)
        return b"{}"

    async def getRoomTags(self, request: Request) -> Any:
        return {"tags": await self._tags.all_of(_owner(request), _room(request))}

    async def setRoomTag(self, request: Request) -> Any:
        user_id, room_id = _owner(request), _room(request)
        content = await request.json_object(strict=False)
        await self._tags.put(user_id, room_id, request["tag"], content)
        return b"{}"

    async def deleteRoomTag(self, request: Request) -> Any:
        await self._tags.delete(_owner(request), _room(request), request["tag"])
        return b"{}"

    async def defineFilter(self, request: Request) -> Any:
        user_id = _owner(request)
        definition = await request.json_object(strict=False)
        return {"filter_id": await self._filters.define(user_id, definition)}

    async def getFilter(self, request: Request) -> Any:
        return await self._filters.definition(_owner(request), request["filterId"])


def _owner(request: Request) -> str:
    if request["userId"] != request.user_id:
        raise forbidden("This belongs to another user")
    return request.user_id


def _room(request: Request) -> str:
    if not is_room_id(request["roomId"]):
        raise invalid_param("Not a valid room ID")
    return request["roomId"]
