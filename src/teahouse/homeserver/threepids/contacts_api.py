"""The addresses of an account in its owner's hands."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

import msgspec

from teahouse.homeserver.accounts.reauthentication import Reauthentication
from teahouse.homeserver.accounts.uia import RawAuth, ThreepidCreds
from teahouse.homeserver.threepids.addresses import Addresses
from teahouse.homeserver.threepids.proofs import Proofs
from teahouse.homeserver.threepids.sessions import Purpose
from teahouse.homeserver.threepids.validations import Validations
from teahouse.kit.errors import Refused
from teahouse.kit.http import Request, Route
from teahouse.kit.http.shapes import Name
from teahouse.kit.log import LogWriter


class AddBody(ThreepidCreds):
    auth: dict[str, Any] | None = None


class PostBody(msgspec.Struct):
    three_pid_creds: ThreepidCreds
    auth: dict[str, Any] | None = None


class BindBody(ThreepidCreds):
    id_server: Name
    id_access_token: str


class ThreepidBody(msgspec.Struct):
    medium: Literal["email", "msisdn"]
    address: str
    id_server: str | None = None


class ContactsApi:
    def __init__(
        self,
        addresses: Addresses,
        validations: Validations,
        proofs: Proofs,
        log: LogWriter,
        owner: Reauthentication,
    ) -> None:
        self._addresses = addresses
        self._validations = validations
        self._proofs = proofs
        self._log = log
        self._owner = owner

    def routes(self) -> Sequence[Route]:
        threepid = "/_matrix/client/v3/account/3pid"
        return [
            Route("GET", threepid, self.getAccount3PIDs),
            Route("POST", threepid, self.post3PIDs),
            Route("POST", f"{threepid}/add", self.add3PID),
            Route("POST", f"{threepid}/bind", self.bind3PID),
            Route("POST", f"{threepid}/unbind", self.unbind3pidFromAccount, when_suspended=False),
            Route("POST", f"{threepid}/delete", self.delete3pidFromAccount, when_suspended=False),
        ]

    async def getAccount3PIDs(self, request: Request) -> Any:
        kept = await self._addresses.of_user(request.user_id)
        return {
            "threepids": [
                {
                    "medium": "email",
                    "address": one.address,
                    "validated_at": one.validated_at_ms,
                    "added_at": one.added_at_ms,
                }
                for one in kept
            ]
        }

    async def post3PIDs(self, request: Request) -> Any:
        body = await request.json(PostBody)
        return await self._add(request, body.three_pid_creds, body.auth)

    async def add3PID(self, request: Request) -> Any:
        body = await request.json(AddBody)
        return await self._add(request, body, body.auth)

    async def _add(self, request: Request, creds: ThreepidCreds, auth: RawAuth) -> Any:
        # First: nobody is asked for a password in vain.
        proven = await self._validations.check(Purpose.ADD, creds.sid, creds.client_secret)
        await self._owner.require(request, auth)
        await self._log.submit(partial(self._proofs.keep, proven, user_id=request.user_id))
        return b"{}"

    async def bind3PID(self, request: Request) -> Any:
        await request.json(BindBody)
        raise Refused("M_SERVER_NOT_TRUSTED", "This server asks no identity server")

    async def unbind3pidFromAccount(self, request: Request) -> Any:
        await request.json(ThreepidBody)
        return {"id_server_unbind_result": "no-support"}

    async def delete3pidFromAccount(self, request: Request) -> Any:
        body = await request.json(ThreepidBody)
        if body.medium == "email":
            await self._addresses.remove(request.user_id, body.address)
        return {"id_server_unbind_result": "no-support"}
