"""Signing up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from teahouse.homeserver.accounts.login_api import NewDevice, shown, wish_of
from teahouse.homeserver.accounts.passwords import check_new_password
from teahouse.homeserver.accounts.registration import NewAccount, Registration
from teahouse.homeserver.accounts.sign_up import SignUp
from teahouse.homeserver.accounts.uia import (
    DUMMY,
    REGISTRATION_TOKEN,
    AuthData,
    Stage,
    UserInteractive,
)
from teahouse.kit.errors import Refused, invalid_param, missing_param
from teahouse.kit.http import Access, Request, Route


class RegisterBody(NewDevice):
    username: str | None = None
    password: str | None = None
    inhibit_login: bool = False
    auth: dict[str, Any] | None = None


class RegistrationApi:
    def __init__(self, registration: Registration, uia: UserInteractive, sign_up: SignUp) -> None:
        self._registration = registration
        self._uia = uia
        self._flows = sign_up.flows
        self._further = sign_up.further_stages
        self._stages = {
            DUMMY: Stage(_nothing_to_check),
            REGISTRATION_TOKEN: Stage(self._check_token),
            **self._further,
        }

    def routes(self) -> Sequence[Route]:
        v1, v3 = "/_matrix/client/v1", "/_matrix/client/v3"
        validity = f"{v1}/register/{REGISTRATION_TOKEN}/validity"
        available = f"{v3}/register/available"
        return [
            Route("POST", f"{v3}/register", self.register, Access.ANYONE, limit="register"),
            Route(
                "GET", available, self.checkUsernameAvailability, Access.ANYONE, limit="directory"
            ),
            Route("GET", validity, self.registrationTokenValidity, Access.ANYONE, limit="login"),
        ]

    async def register(self, request: Request) -> Any:
        body = await request.json(RegisterBody)
        _check_kind(request.query("kind"))
        user_id = self._registration.user_id_for(body.username)
        await self._registration.check_free(user_id)
        if body.password is not None:
            check_new_password(body.password)
        proved = await self._uia.require(request, body.auth, self._flows, self._stages)
        if body.password is None:
            raise missing_param("password")
        wish = None if body.inhibit_login else wish_of(body, request)
        on_created = [proved[name] for name in self._further if name in proved]
        invitation = proved.get(REGISTRATION_TOKEN)
        new = NewAccount(user_id, body.password, wish, invitation, on_created=on_created)
        signed_in = await self._registration.create(new)
        return {"user_id": user_id} if signed_in is None else shown(signed_in)

    async def _check_token(self, auth: AuthData) -> str:
        if auth.token is None:
            raise missing_param("token")
        await self._registration.check_invitation(auth.token)
        return auth.token

    async def checkUsernameAvailability(self, request: Request) -> Any:
        user_id = self._registration.user_id_for(request.required_query("username"))
        await self._registration.check_free(user_id)
        return {"available": True}

    async def registrationTokenValidity(self, request: Request) -> Any:
        token = request.required_query("token")
        return {"valid": await self._registration.is_valid_invitation(token)}


async def _nothing_to_check(_auth: AuthData) -> None:
    pass


def _check_kind(kind: str | None) -> None:
    if kind == "guest":
        raise Refused("M_GUEST_ACCESS_FORBIDDEN", "This server takes no guests")
    if kind not in (None, "user"):
        raise invalid_param("kind must be user or guest")
