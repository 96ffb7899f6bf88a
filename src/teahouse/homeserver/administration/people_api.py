"""People and invitations, for whoever runs the server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from teahouse.homeserver.accounts import listing
from teahouse.homeserver.accounts.invitations import Invitation
from teahouse.homeserver.accounts.listing import Listed
from teahouse.homeserver.accounts.registration import NewAccount
from teahouse.homeserver.accounts.service import Accounts
from teahouse.homeserver.administration import paging
from teahouse.homeserver.administration.paths import V1
from teahouse.homeserver.devices.service import Devices
from teahouse.homeserver.rooms.members.membership_reads import joined_rooms
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.errors import not_found
from teahouse.kit.http import Access, Request, Route
from teahouse.kit.http.shapes import Count, Name

MAX_NAME_CHARS = 1_000


class NewUser(msgspec.Struct):
    name: str
    password: str
    is_admin: bool = False


class NewPassword(msgspec.Struct):
    new_password: str
    sign_out: bool = True


class Deactivation(msgspec.Struct):
    erase: bool = False


class NewToken(msgspec.Struct):
    token: str | None = None
    uses: Count | None = None
    expires_at_ms: Count | None = None


class PeopleAdminApi:
    def __init__(self, accounts: Accounts, devices: Devices, database: Database) -> None:
        self._accounts = accounts
        self._devices = devices
        self._database = database

    def routes(self) -> Sequence[Route]:
        users, tokens = f"{V1}/users", f"{V1}/registration_tokens"
        one = users + "/{user_id}"
        return [
            _route("GET", users, self.listUsers),
            _route("POST", users, self.createUser),
            _route("GET", one, self.getUser),
            _route("POST", one + "/password", self.resetPassword),
            _route("POST", one + "/deactivate", self.deactivateUser),
            _route("GET", tokens, self.listRegistrationTokens),
            _route("POST", tokens, self.createRegistrationToken),
            _route("DELETE", tokens + "/{token}", self.revokeRegistrationToken),
        ]

    async def listUsers(self, request: Request) -> Any:
        limit = paging.limit(request)
        after = paging.place(request, Name)
        # Nobody's is as long; databases refuse to look for what is much longer.
        name = (request.query("name") or "")[:MAX_NAME_CHARS]

        def read(tx: ReadTx) -> list[Listed]:
            return listing.page(tx, after=after, limit=limit, name=name)

        found = await self._database.read(read)
        body: dict[str, Any] = {"users": [_shown(one) for one in found]}
        if len(found) == limit:
            body["next_from"] = paging.token_of(found[-1].user_id)
        return body

    async def createUser(self, request: Request) -> Any:
        body = await request.json(NewUser)
        user_id = self._accounts.user_id_of(body.name)
        new = NewAccount(user_id, body.password, wish=None, is_admin=body.is_admin)
        await self._accounts.registration.create(new)
        return {"user_id": user_id}

    async def getUser(self, request: Request) -> Any:
        return await self._database.read(self._user, self._accounts.named(request["user_id"]))

    async def resetPassword(self, request: Request) -> Any:
        user_id = self._accounts.named(request["user_id"])
        body = await request.json(NewPassword)
        await self._accounts.credentials.set_password(
            user_id, body.new_password, sign_out=body.sign_out
        )
        return {"user_id": user_id}

    async def deactivateUser(self, request: Request) -> Any:
        user_id = self._accounts.named(request["user_id"])
        erase = (await request.json(Deactivation)).erase
        await self._accounts.credentials.deactivate(user_id, erase=erase)
        return {"user_id": user_id}

    async def listRegistrationTokens(self, _request: Request) -> Any:
        found = await self._accounts.invitations.all()
        return {"registration_tokens": [_token(one) for one in found]}

    async def createRegistrationToken(self, request: Request) -> Any:
        body = await request.json(NewToken)
        made = await self._accounts.invitations.create(
            body.token, uses=body.uses, expires_at_ms=body.expires_at_ms
        )
        return _token(made)

    async def revokeRegistrationToken(self, request: Request) -> Any:
        await self._accounts.invitations.revoke(request["token"])
        return b"{}"

    def _user(self, tx: ReadTx, user_id: str) -> dict[str, Any]:
        found = listing.one(tx, user_id)
        if found is None:
            raise not_found("There is no such account")
        devices = [
            {
                "device_id": device.device_id,
                "display_name": device.display_name,
                "last_seen_ms": device.last_seen_ms,
                "last_seen_ip": device.last_seen_ip,
            }
            for device in self._devices.all_of(tx, user_id)
        ]
        return _shown(found) | {"devices": devices, "rooms": joined_rooms(tx, user_id)}


def _route(method: str, path: str, handler: Any) -> Route:
    return Route(method, path, handler, Access.ADMIN)


def _shown(found: Listed) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.to_builtins(found)
    return shown


def _token(found: Invitation) -> dict[str, Any]:
    return {
        "token": found.token,
        "uses_left": found.uses_left,
        "expires_at_ms": found.expires_at_ms,
        "makes_admin": found.makes_admin,
    }
