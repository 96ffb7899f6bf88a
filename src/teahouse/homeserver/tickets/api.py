"""Asking for tickets, and asking whose one is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from teahouse.homeserver.accounts.reauthentication import Reauthentication
from teahouse.homeserver.tickets.kinds import Kind
from teahouse.homeserver.tickets.service import Tickets
from teahouse.kit.errors import Refused, forbidden
from teahouse.kit.http import Access, Request, Route


class LoginTokenBody(msgspec.Struct):
    auth: dict[str, Any] | None = None


class NoBody(msgspec.Struct):
    """An object; what is in it has no meaning yet."""


class TicketsApi:
    def __init__(self, server_name: str, tickets: Tickets, owner: Reauthentication) -> None:
        self._server_name = server_name
        self._tickets = tickets
        self._owner = owner

    def routes(self) -> Sequence[Route]:
        client = "/_matrix/client"
        return [
            Route(
                "POST",
                f"{client}/v1/login/get_token",
                self.generateLoginToken,
                limit="login_token",
            ),
            Route(
                "POST",
                f"{client}/v3/user/{{userId}}/openid/request_token",
                self.requestOpenIdToken,
                limit="openid",
                when_suspended=False,
            ),
            Route(
                "GET",
                "/_matrix/federation/v1/openid/userinfo",
                self.exchangeOpenIdToken,
                Access.ANYONE,
            ),
        ]

    async def generateLoginToken(self, request: Request) -> Any:
        body = await request.json(LoginTokenBody)
        await self._owner.require(request, body.auth)
        token = await self._tickets.give(Kind.LOGIN, request.requester)
        return {"login_token": token, "expires_in_ms": Kind.LOGIN.lifetime_ms}

    async def requestOpenIdToken(self, request: Request) -> Any:
        await request.json(NoBody)
        if request["userId"] != request.user_id:
            raise forbidden("This is another user")
        return {
            "access_token": await self._tickets.give(Kind.OPENID, request.requester),
            "token_type": "Bearer",
            "matrix_server_name": self._server_name,
            "expires_in": Kind.OPENID.lifetime_ms // 1000,
        }

    async def exchangeOpenIdToken(self, request: Request) -> Any:
        token = request.query("access_token")
        if not token:
            raise Refused("M_MISSING_TOKEN", "Missing access token")
        owner = await self._tickets.owner(Kind.OPENID, token)
        if owner is None:
            raise Refused("M_UNKNOWN_TOKEN", "Unknown or expired token")
        return {"sub": owner}
