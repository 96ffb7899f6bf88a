"""An account in its owner's hands: its password, and its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from teahouse.homeserver.accounts.credentials import Credentials
from teahouse.homeserver.accounts.passwords import check_new_password
from teahouse.homeserver.accounts.reauthentication import Reauthentication
from teahouse.homeserver.accounts.uia import EMAIL, Stage, UserInteractive
from teahouse.kit.errors import Refused, missing_param
from teahouse.kit.http import Access, Request, Route


class ChangePasswordBody(msgspec.Struct):
    new_password: str | None = None
    logout_devices: bool = True
    auth: dict[str, Any] | None = None


class DeactivateBody(msgspec.Struct):
    id_server: str | None = None
    erase: bool = False
    auth: dict[str, Any] | None = None


class AccountApi:
    """`reset` proves by e-mail whose account it is: a `credentials.FindUser`; None: it can't."""

    def __init__(
        self,
        credentials: Credentials,
        owner: Reauthentication,
        uia: UserInteractive,
        reset: Stage | None,
    ) -> None:
        self._credentials = credentials
        self._owner = owner
        self._uia = uia
        self._reset = reset

    def routes(self) -> Sequence[Route]:
        account = "/_matrix/client/v3/account"
        return [
            Route(
                "POST",
                f"{account}/password",
                self.changePassword,
                Access.USER if self._reset is None else Access.OPTIONAL,
            ),
            Route("POST", f"{account}/deactivate", self.deactivateAccount),
        ]

    async def changePassword(self, request: Request) -> Any:
        body = await request.json(ChangePasswordBody)
        if body.new_password is None:
            raise missing_param("new_password")
        check_new_password(body.new_password)
        if request.requester.is_guest:
            raise Refused("M_GUEST_ACCESS_FORBIDDEN", "A guest has no password")
        if self._reset is not None and not request.user_id:
            return await self._reset_password(request, body, body.new_password, self._reset)
        await self._owner.require(request, body.auth)
        await self._credentials.set_password(
            request.user_id,
            body.new_password,
            sign_out=body.logout_devices,
            but=request.device_id,
        )
        return b"{}"

    async def _reset_password(
        self, request: Request, body: ChangePasswordBody, new: str, by_email: Stage
    ) -> Any:
        proved = await self._uia.require(request, body.auth, [[EMAIL]], {EMAIL: by_email})
        await self._credentials.set_password_of(proved[EMAIL], new, sign_out=body.logout_devices)
        return b"{}"

    async def deactivateAccount(self, request: Request) -> Any:
        body = await request.json(DeactivateBody)
        await self._owner.require(request, body.auth)
        await self._credentials.deactivate(request.user_id, erase=body.erase)
        # There is nothing to unbind: no address here was ever told to an identity server.
        return {"id_server_unbind_result": "success"}
