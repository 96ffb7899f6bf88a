"""Operations on others' accounts, for administrators of the server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from teahouse.homeserver.accounts.moderation import Moderation
from teahouse.homeserver.devices.service import Devices
from teahouse.kit.database import Database
from teahouse.kit.http import Request, Route

ADMIN = "/_matrix/client/v1/admin"


class Locked(msgspec.Struct):
    locked: bool


class Suspended(msgspec.Struct):
    suspended: bool


class ModerationApi:
    def __init__(self, moderation: Moderation, database: Database, devices: Devices) -> None:
        self._moderation = moderation
        self._database = database
        self._devices = devices

    def routes(self) -> Sequence[Route]:
        lock, suspend = f"{ADMIN}/lock/{{userId}}", f"{ADMIN}/suspend/{{userId}}"
        return [
            Route("GET", lock, self.getAdminLockUser),
            Route("PUT", lock, self.setAdminLockUser),
            Route("GET", suspend, self.getAdminSuspendUser),
            Route("PUT", suspend, self.setAdminSuspendUser),
            Route("GET", "/_matrix/client/v3/admin/whois/{userId}", self.getWhoIs),
        ]

    async def getAdminLockUser(self, request: Request) -> Any:
        account = await self._moderation.account(request.requester, request["userId"])
        return {"locked": account.is_locked}

    async def setAdminLockUser(self, request: Request) -> Any:
        wanted = await request.json(Locked)
        await self._moderation.set_locked(request.requester, request["userId"], wanted.locked)
        return wanted

    async def getAdminSuspendUser(self, request: Request) -> Any:
        account = await self._moderation.account(request.requester, request["userId"])
        return {"suspended": account.is_suspended}

    async def setAdminSuspendUser(self, request: Request) -> Any:
        wanted = await request.json(Suspended)
        await self._moderation.set_suspended(request.requester, request["userId"], wanted.suspended)
        return wanted

    async def getWhoIs(self, request: Request) -> Any:
        """Of each device the newest sight of it; which program it runs is not kept."""
        user_id = request["userId"]
        if user_id != request.user_id:
            await self._moderation.anyone(request.requester, user_id)
        devices = await self._database.read(self._devices.all_of, user_id)
        return {
            "user_id": user_id,
            "devices": {
                device.device_id: _session(device.last_seen_ip, device.last_seen_ms)
                for device in devices
            },
        }


def _session(ip: str | None, last_seen_ms: int | None) -> dict[str, Any]:
    connection = {"ip": ip or "", "last_seen": last_seen_ms or 0, "user_agent": ""}
    return {"sessions": [{"connections": [connection]}]}
