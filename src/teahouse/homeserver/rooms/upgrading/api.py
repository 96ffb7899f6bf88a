"""The operation that upgrades a room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from teahouse.homeserver.rooms.upgrading.upgrade import RoomUpgrades
from teahouse.kit.http import Request, Route
from teahouse.kit.http.shapes import Name
from teahouse.kit.log import LogWriter

PATH = "/_matrix/client/v3/rooms/{room_id}/upgrade"


class Upgrade(msgspec.Struct):
    new_version: Name
    additional_creators: list[Name] = msgspec.field(default_factory=list)


class RoomUpgradesApi:
    def __init__(self, log: LogWriter, upgrades: RoomUpgrades) -> None:
        self._log = log
        self._upgrades = upgrades

    def routes(self) -> Sequence[Route]:
        return [Route("POST", PATH, self.upgradeRoom, limit="room", when_suspended=False)]

    async def upgradeRoom(self, request: Request) -> Any:
        body = await request.json(Upgrade)
        key = request.user_id, request["room_id"]
        wanted = body.new_version, body.additional_creators
        replacement = await self._log.submit(
            lambda tx: self._upgrades.upgrade(tx, *key, *wanted), size_bytes=1 << 16
        )
        return {"replacement_room": replacement}
