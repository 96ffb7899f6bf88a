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

LOGIN_TOKEN = "m.login.token"  # noqa: S105


class NewDevice(msgspec.Struct):
    device_id: str | None = None
    initial_device_display_name: ShortText | None = None
    refresh_token: bool = False


class LoginBody(NewDevice):
    type: str | None = None
    identifier: UserIdentifier | None = None
    user: str | None = None
    medium: str | None = None
    address: str | None = None
    password: str | None = None
    token: str | None = None


class RefreshBody(msgspec.Struct):
    refresh_token: str


class LoginApi:
    def __init__(self, logins: Logins, tokens: Tokens) -> None:
        self._logins = logins
        self._tokens = tokens
        self._ways = {
            PASSWORD: self._by_password,
            LOGIN_TOKEN: self._by_token,
            SERVICE_LOGIN: self._by_service,
        }

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
        by_services = [{"type": SERVICE_LOGIN}] if self._logins.names is not None else []
        by_token = {"type": LOGIN_TOKEN, "get_login_token": True}
        return {"flows": [{"type": PASSWORD}, by_token, *by_services]}

    async def login(self, request: Request) -> Any:
        body = await request.json(LoginBody)
        if body.type is None:
            raise missing_param("type")
        way = self._ways.get(body.type)
        if way is None:
            raise Refused("M_UNKNOWN", "Unknown login type")
        return shown(await way(request, body))

    async def _by_password(self, request: Request, body: LoginBody) -> SignedIn:
        meant = await self._logins.meant_by(_identifier(body))
        if body.password is None:
            raise missing_param("password")
        return await self._logins.login(meant, body.password, wish_of(body, request))

    async def _by_token(self, request: Request, body: LoginBody) -> SignedIn:
        if body.token is None:
            raise missing_param("token")
        return await self._logins.login_by_token(body.token, wish_of(body, request))

    async def _by_service(self, request: Request, body: LoginBody) -> SignedIn:
        service, wish = service_of(request), wish_of(body, request)
        meant = await self._logins.meant_by(_identifier(body))
        return await self._logins.login_by_service(service, meant, wish)

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


def _identifier(body: LoginBody) -> UserIdentifier:
    """Old clients write what it consists of into the body itself."""
    if body.identifier is not None:
        return body.identifier
    if body.user is not None:
        return UserIdentifier("m.id.user", body.user)
    if body.address is not None:
        return UserIdentifier("m.id.thirdparty", "", body.medium or "", body.address)
    raise missing_param("identifier")


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
