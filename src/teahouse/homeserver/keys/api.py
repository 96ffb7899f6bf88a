"""Keys over HTTP: publish, query, claim, sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from teahouse.homeserver.devices.reauthentication import Reauthentication
from teahouse.homeserver.devices.service import Devices
from teahouse.homeserver.keys import claim, cross_signing, query, signatures, upload
from teahouse.homeserver.keys.shapes import Claim, Query, SignatureUpload, shaped
from teahouse.kit.database import Database
from teahouse.kit.errors import invalid_param
from teahouse.kit.http import Access, Request, Route
from teahouse.kit.log import LogWriter

V = TypeVar("V")

KEYS = "/_matrix/client/v3/keys"


class KeysApi:
    def __init__(
        self,
        server_name: str,
        database: Database,
        log: LogWriter,
        devices: Devices,
        owner: Reauthentication,
    ) -> None:
        self._suffix = f":{server_name}"
        self._database = database
        self._log = log
        self._devices = devices
        self._owner = owner

    def routes(self) -> Sequence[Route]:
        return [
            Route("POST", f"{KEYS}/upload", self.uploadKeys, Access.GUEST),
            Route("POST", f"{KEYS}/query", self.queryKeys, Access.GUEST),
            Route("POST", f"{KEYS}/claim", self.claimKeys, Access.GUEST),
            Route("POST", f"{KEYS}/device_signing/upload", self.uploadCrossSigningKeys),
            Route("POST", f"{KEYS}/signatures/upload", self.uploadCrossSigningSignatures),
        ]

    async def uploadKeys(self, request: Request) -> Any:
        user_id, device_id = request.user_id, request.device_id
        if not device_id:
            raise invalid_param("Only a device has keys")
        keys = upload.Published(await request.json_object(), user_id, device_id)
        counts = await self._log.submit(
            lambda tx: upload.upload(tx, user_id, device_id, keys), size_bytes=keys.size_bytes
        )
        return {"one_time_key_counts": counts}

    async def queryKeys(self, request: Request) -> Any:
        wanted = self._local((await request.json(Query)).device_keys)
        answer = await self._database.read(query.query, request.user_id, self._devices, wanted)
        return {"failures": {}, **answer._asdict()}

    async def claimKeys(self, request: Request) -> Any:
        wanted = self._local((await request.json(Claim)).one_time_keys)
        claimed = await self._log.submit(lambda tx: claim.claim(tx, wanted))
        return {"failures": {}, "one_time_keys": claimed}

    async def uploadCrossSigningKeys(self, request: Request) -> Any:
        new = cross_signing.NewKeys(await request.json_object(), request.user_id)
        if not await self._publish(new, is_proven=False):
            await self._owner.require(request, new.auth)
            await self._publish(new, is_proven=True)
        return b"{}"

    async def _publish(self, new: cross_signing.NewKeys, *, is_proven: bool) -> bool:
        return await self._log.submit(
            lambda tx: cross_signing.upload(tx, new, self._devices, is_proven=is_proven)
        )

    async def uploadCrossSigningSignatures(self, request: Request) -> Any:
        body = shaped(await request.json_object(), SignatureUpload)
        failures = await self._log.submit(lambda tx: signatures.upload(tx, request.user_id, body))
        return {"failures": failures}

    def _local(self, by_user: Mapping[str, V]) -> dict[str, V]:
        """Other servers are not spoken to, so nobody there is known."""
        return {user: value for user, value in by_user.items() if user.endswith(self._suffix)}
