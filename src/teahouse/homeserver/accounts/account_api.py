"""An account in its owner's hands: password, end, and the addresses that belong to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from teahouse.homeserver.accounts.credentials import Credentials
from teahouse.homeserver.accounts.passwords import check_new_password
from teahouse.homeserver.accounts.reauthentication import Reauthentication
from teahouse.kit.errors import missing_param
from teahouse.kit.http import Request, Route


class ChangePasswordBody(msgspec.Struct):
    new_password: str | None = None
    logout_devices: bool = True
    auth: dict[str, Any] | None = None


class DeactivateBody(msgspec.Struct):
    id_server: str | None = None
    erase: bool = False
    auth: dict[str, Any] | None = None


class AccountApi:
    def __init__(self, credentials: Credentials, owner: Reauthentication) -> None:
        self._credentials = credentials
        self._owner = owner

    def routes(self) -> Sequence[Route]:
        account = "/_matrix/client/v3/account"
        return [
            Route("POST", f"{account}/password", self.changePassword),
            Route("POST", f"{account}/deactivate", self.deactivateAccount),
            Route("GET", f"{account}/3pid", self.getAccount3PIDs),
        ]

    async def changePassword(self, request: Request) -> Any:
        body = await request.json(ChangePasswordBody)
        if body.new_password is None:
            raise missing_param("new_password")
        check_new_password(body.new_password)
        await self._owner.require(request, body.auth)
        await self._credentials.set_password(
            request.user_id,
            body.new_password,
            sign_out=body.logout_devices,
            but=request.device_id,
        )
        return b"{}"

    async def deactivateAccount(self, request: Request) -> Any:
        body = await request.json(DeactivateBody)
        await self._owner.require(request, body.auth)
        await self._credentials.deactivate(request.user_id)
        # There is nothing to unbind: no account here has e-mail addresses or phone numbers.
        return {"id_server_unbind_result": "success"}

    async def getAccount3PIDs(self, _request: Request) -> Any:
        """E-mail addresses and phone numbers can't be added, so nobody has any."""
        return {"threepids": []}
