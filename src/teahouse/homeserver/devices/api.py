"""A user's devices: list, look at, name, delete."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, Any

import msgspec

from teahouse.homeserver.devices.reauthentication import Reauthentication
from teahouse.homeserver.devices.service import MAX_DEVICES, Devices
from teahouse.homeserver.devices.store import Device
from teahouse.kit.database import Database
from teahouse.kit.errors import not_found
from teahouse.kit.http import Access, Reply, Request, Route
from teahouse.kit.http.shapes import Name, ShortText
from teahouse.kit.log import LogWriter


class DeviceUpdate(msgspec.Struct):
    display_name: ShortText | msgspec.UnsetType = msgspec.UNSET


class Deletion(msgspec.Struct):
    auth: dict[str, Any] | None = None


class Deletions(msgspec.Struct):
    devices: Annotated[list[Name], msgspec.Meta(max_length=MAX_DEVICES)]
    auth: dict[str, Any] | None = None


class DevicesApi:
    def __init__(
        self, devices: Devices, database: Database, log: LogWriter, owner: Reauthentication
    ) -> None:
        self._devices = devices
        self._database = database
        self._log = log
        self._owner = owner

    def routes(self) -> Sequence[Route]:
        one = "/_matrix/client/v3/devices/{deviceId}"
        many = "/_matrix/client/v3/delete_devices"
        return [
            Route("GET", "/_matrix/client/v3/devices", self.getDevices, Access.GUEST),
            Route("GET", one, self.getDevice, Access.GUEST),
            Route("PUT", one, self.updateDevice, Access.GUEST, when_suspended=False),
            Route("DELETE", one, self.deleteDevice),
            Route("POST", many, self.deleteDevices),
        ]

    async def getDevices(self, request: Request) -> Any:
        devices = await self._database.read(self._devices.all_of, request.user_id)
        return {"devices": [_shown(request.user_id, device) for device in devices]}

    async def getDevice(self, request: Request) -> Any:
        device = await self._database.read(self._devices.get, request.user_id, request["deviceId"])
        if device is None:
            raise not_found("You have no such device")
        return _shown(request.user_id, device)

    async def updateDevice(self, request: Request) -> Any:
        update = await request.json(DeviceUpdate)
        user_id, device_id = request.user_id, request["deviceId"]
        if isinstance(update.display_name, msgspec.UnsetType):
            found = await self._database.read(self._devices.get, user_id, device_id) is not None
        else:
            name = update.display_name
            found = await self._log.submit(
                lambda tx: self._devices.rename(tx, user_id, device_id, name)
            )
        if found:
            return b"{}"
        if request.requester.service is None:
            raise not_found("You have no such device")
        return await self._create(request, update)

    async def _create(self, request: Request, update: DeviceUpdate) -> Reply:
        """By an application service, which may give its users devices without a sign-in."""
        name = None if isinstance(update.display_name, msgspec.UnsetType) else update.display_name
        user_id, device_id = request.user_id, request["deviceId"]
        await self._log.submit(
            lambda tx: self._devices.create(tx, user_id, device_id, name, request.address)
        )
        return Reply(status=201)

    async def deleteDevice(self, request: Request) -> Any:
        body = await request.json(Deletion)
        return await self._delete(request, [request["deviceId"]], body.auth)

    async def deleteDevices(self, request: Request) -> Any:
        body = await request.json(Deletions)
        return await self._delete(request, body.devices, body.auth)

    async def _delete(
        self, request: Request, device_ids: Collection[str], auth: dict[str, Any] | None
    ) -> bytes:
        await self._owner.require(request, auth)
        await self._log.submit(lambda tx: self._devices.delete(tx, request.user_id, device_ids))
        return b"{}"


def _shown(user_id: str, device: Device) -> dict[str, Any]:
    return {
        name: value
        for name, value in (
            ("device_id", device.device_id),
            ("user_id", user_id),
            ("display_name", device.display_name),
            ("last_seen_ip", device.last_seen_ip),
            ("last_seen_ts", device.last_seen_ms),
        )
        if value is not None
    }
