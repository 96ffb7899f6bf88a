"""Signing in, staying signed in, signing out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from teahouse.homeserver.accounts.logins import DeviceWish, Logins, SignedIn
from teahouse.homeserver.accounts.service_login import SERVICE_LOGIN, service_of
from teahouse.homeserver.accounts.tokens import Issued, Tokens
from teahouse.homeserver.accounts.uia import PASSWORD, UserIdentifier
from teahouse.kit.errors import Refused, missing_param
from teahouse.kit.http import Access, Request, Route
from teahouse.kit.http.shapes import ShortText


class NewDevice(msgspec.Struct):
    device_id: str | None = None
    initial_device_display_name: ShortText | None = None
    refresh_token: bool = False


class LoginBody(NewDevice):
    type: str | None = None
    identifier: UserIdentifier | None = None
    user: str | None = None
    password: str | None = None


class RefreshBody(msgspec.Struct):
    refresh_token: str


class LoginApi:
    def __init__(self, logins: Logins, tokens: Tokens) -> None:
        self._logins = logins
        self._tokens = tokens

    def routes(self) -> Sequence[Route]:
        v3 = "/_matrix/client/v3"
        return [
            Route("GET", f"{v3}/login", self.getLoginFlows, Access.ANYONE),
            Route("POST", f"{v3}/login", self.login, Access.SERVICE, limit="login"),
            Route("POST", f"{v3}/refresh", self.refresh, Access.ANYONE),
            Route("POST", f"{v3}/logout", self.logout, Access.GUEST, when_locked=True),
            Route("POST", f"{v3}/logout/all", self.logout_all, Access.GUEST, when_locked=True),
            Route("GET", f"{v3}/account/whoami", self.getTokenOwner, Access.GUEST),
        ]

    async def getLoginFlows(self, _request: Request) -> Any:
        by_services = [SERVICE_LOGIN] if self._logins.names is not None else []
        return {"flows": [{"type": type} for type in (PASSWORD, *by_services)]}

    async def login(self, request: Request) -> Any:
        body = await request.json(LoginBody)
        if body.type is None:
            raise missing_param("type")
        if body.type == SERVICE_LOGIN:
            service, wish = service_of(request), wish_of(body, request)
            return shown(await self._logins.login_by_service(service, _named(body), wish))
        if body.type != PASSWORD:
            raise Refused("M_UNKNOWN", "Unknown login type")
        user, password = _named(body), body.password
        if password is None:
            raise missing_param("password")
        return shown(await self._logins.login(user, password, wish_of(body, request)))

    async def refresh(self, request: Request) -> Any:
        body = await request.json(RefreshBody)
        return _tokens(await self._tokens.refresh(body.refresh_token))

    async def logout(self, request: Request) -> Any:
        await self._logins.logout(request.user_id, request.device_id)
        return b"{}"

    async def logout_all(self, request: Request) -> Any:
        await self._logins.logout_all(request.user_id)
        return b"{}"

    async def getTokenOwner(self, request: Request) -> Any:
        device = {"device_id": request.device_id} if request.device_id else {}
        is_guest = request.requester.is_guest
        return {"user_id": request.user_id, **device, "is_guest": is_guest}


def _named(body: LoginBody) -> str:
    if body.identifier is None:
        if body.user is None:
            raise missing_param("identifier")
        return body.user
    if body.identifier.type != "m.id.user":
        raise Refused("M_UNKNOWN", "Accounts here are named by m.id.user only")
    return body.identifier.user


def wish_of(body: NewDevice, request: Request) -> DeviceWish:
    return DeviceWish(
        body.device_id, body.initial_device_display_name, body.refresh_token, request.address
    )


def shown(signed_in: SignedIn) -> dict[str, Any]:
    return {
        "user_id": signed_in.user_id,
        "device_id": signed_in.device_id,
        "home_server": signed_in.user_id.partition(":")[2],
        **_tokens(signed_in.tokens),
    }


def _tokens(issued: Issued) -> dict[str, Any]:
    values = {
        "access_token": issued.access_token,
        "refresh_token": issued.refresh_token,
        "expires_in_ms": issued.expires_in_ms,
    }
    return {name: value for name, value in values.items() if value is not None}
