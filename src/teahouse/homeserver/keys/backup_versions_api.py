"""Versions of a user's backup of room keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from teahouse.homeserver.keys import backup
from teahouse.homeserver.keys.backup_shapes import VersionBody, encoded_auth_data
from teahouse.homeserver.keys.backup_store import Version
from teahouse.kit.database import Database
from teahouse.kit.errors import invalid_param
from teahouse.kit.http import Request, Route
from teahouse.kit.log import LogWriter

VERSIONS = "/_matrix/client/v3/room_keys/version"


class BackupVersionsApi:
    def __init__(self, database: Database, log: LogWriter) -> None:
        self._database = database
        self._log = log

    def routes(self) -> Sequence[Route]:
        one = VERSIONS + "/{version}"
        return [
            Route("POST", VERSIONS, self.postRoomKeysVersion),
            Route("GET", VERSIONS, self.getRoomKeysVersionCurrent),
            Route("GET", one, self.getRoomKeysVersion),
            Route("PUT", one, self.putRoomKeysVersion),
            Route("DELETE", one, self.deleteRoomKeysVersion),
        ]

    async def postRoomKeysVersion(self, request: Request) -> Any:
        body = await request.json(VersionBody)
        auth_data = encoded_auth_data(body)
        version = await self._log.submit(
            lambda tx: backup.create(tx, request.user_id, body.algorithm, auth_data)
        )
        return {"version": str(version)}

    async def getRoomKeysVersionCurrent(self, request: Request) -> Any:
        return _shown(await self._database.read(backup.newest, request.user_id))

    async def getRoomKeysVersion(self, request: Request) -> Any:
        return _shown(await self._database.read(backup.get, request.user_id, request["version"]))

    async def putRoomKeysVersion(self, request: Request) -> Any:
        body = await request.json(VersionBody)
        user_id, version = request.user_id, request["version"]
        if body.version is not None and body.version != version:
            raise invalid_param("The versions in the path and in the body differ")
        auth_data = encoded_auth_data(body)
        await self._log.submit(
            lambda tx: backup.update(tx, user_id, version, body.algorithm, auth_data)
        )
        return b"{}"

    async def deleteRoomKeysVersion(self, request: Request) -> Any:
        await self._log.submit(lambda tx: backup.delete(tx, request.user_id, request["version"]))
        return b"{}"


def _shown(version: Version) -> dict[str, Any]:
    return {
        "algorithm": version.algorithm,
        "auth_data": msgspec.Raw(version.auth_data),
        "count": version.key_count,
        "etag": str(version.etag),
        "version": str(version.version),
    }
