"""Registration by the operator's secret, where tools look for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from teahouse.homeserver.accounts.login_api import NewDevice, shown, wish_of
from teahouse.homeserver.accounts.registration import NewAccount, Registration
from teahouse.homeserver.accounts.shared_secret import SharedSecret
from teahouse.kit.errors import Refused, bad_json, invalid_param
from teahouse.kit.http import Access, Request, Route
from teahouse.kit.http.shapes import ShortText

PATH = "/_synapse/admin/v1/register"


class SignedRegistration(NewDevice):
    nonce: str = ""
    username: str = ""
    password: str = ""
    mac: str = ""
    displayname: ShortText | None = None
    admin: bool = False
    user_type: Literal["bot", "support"] | None = None
    """Signed with the rest; accounts here have no types."""
    inhibit_login: bool = False


class SharedSecretApi:
    def __init__(self, secret: SharedSecret, registration: Registration) -> None:
        self._secret = secret
        self._registration = registration

    def routes(self) -> Sequence[Route]:
        return [
            Route("GET", PATH, self.getRegistrationNonce, Access.ANYONE, limit="register"),
            Route("POST", PATH, self.registerBySecret, Access.ANYONE, limit="register"),
        ]

    async def getRegistrationNonce(self, _request: Request) -> Any:
        self._check_set()
        return {"nonce": self._secret.new_nonce()}

    async def registerBySecret(self, request: Request) -> Any:
        self._check_set()
        body = await request.json(SignedRegistration)
        self._check_signed(body)
        user_id = self._registration.user_id_for(body.username)
        wish = None if body.inhibit_login else wish_of(body, request)
        new = NewAccount(
            user_id,
            body.password,
            wish,
            is_admin=body.admin,
            displayname=body.displayname or body.username,
        )
        signed_in = await self._registration.create(new)
        return {"user_id": user_id} if signed_in is None else shown(signed_in)

    def _check_set(self) -> None:
        if not self._secret.is_set:
            raise Refused("M_UNRECOGNIZED", "This server has no shared secret", status=400)

    def _check_signed(self, body: SignedRegistration) -> None:
        for name in ("nonce", "username", "password", "mac"):
            if not getattr(body, name):
                raise bad_json(f"{name} must be given")
        if "\0" in body.username or "\0" in body.password:
            raise invalid_param("There is a NUL in the name or the password")
        signed = [body.username, body.password, "admin" if body.admin else "notadmin"]
        if body.user_type is not None:
            signed.append(body.user_type)
        self._secret.check(body.nonce, body.mac, *signed)
