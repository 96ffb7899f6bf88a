"""Signing up."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import msgspec

from teahouse.homeserver.accounts.fallback import DummyForm, InvitationForm
from teahouse.homeserver.accounts.guests import Guests
from teahouse.homeserver.accounts.login_api import NewDevice, shown, wish_of
from teahouse.homeserver.accounts.passwords import check_new_password
from teahouse.homeserver.accounts.registration import NewAccount, Registration, bad_name
from teahouse.homeserver.accounts.service_login import SERVICE_LOGIN, service_of
from teahouse.homeserver.accounts.sign_up import SignUp
from teahouse.homeserver.accounts.uia import (
    DUMMY,
    REGISTRATION_TOKEN,
    AuthData,
    Stage,
    UserInteractive,
    session_of,
)
from teahouse.kit.errors import invalid_param, missing_param
from teahouse.kit.http import Access, Request, Route
from teahouse.kit.http.shapes import Truth
from teahouse.kit.limits import Limits

MAX_ASKED_BYTES = 4096
"""Of a request that is remembered."""

MAX_MADE = 1000
MAX_SESSION_CHARS = 255
"""Of a name that a client has made up for a session."""


class RegisterBody(NewDevice):
    type: str | None = None
    username: str | None = None
    user: str | None = None
    """What older application services call it."""
    password: str | None = None
    inhibit_login: Truth = False
    guest_access_token: str | None = None
    auth: dict[str, Any] | None = None


ASKED = [name for name in RegisterBody.__struct_fields__ if name != "auth"]


class RegistrationApi:
    def __init__(
        self,
        registration: Registration,
        uia: UserInteractive,
        sign_up: SignUp,
        guests: Guests,
        limits: Limits,
    ) -> None:
        self._registration = registration
        self._limits = limits
        self._made = Made()
        self._guests = guests
        self._uia = uia
        self._flows = sign_up.flows
        self._further = sign_up.further_stages
        self._stages = {
            DUMMY: Stage(_nothing_to_check, fallback=DummyForm()),
            REGISTRATION_TOKEN: Stage(self._check_token, fallback=InvitationForm()),
            **self._further,
        }

    def routes(self) -> Sequence[Route]:
        v1, v3 = "/_matrix/client/v1", "/_matrix/client/v3"
        validity = f"{v1}/register/{REGISTRATION_TOKEN}/validity"
        available = f"{v3}/register/available"
        return [
            Route("POST", f"{v3}/register", self.register, Access.SERVICE),
            Route(
                "GET", available, self.checkUsernameAvailability, Access.ANYONE, limit="directory"
            ),
            Route("GET", validity, self.registrationTokenValidity, Access.ANYONE, limit="login"),
        ]

    async def register(self, request: Request) -> Any:
        body = await request.json(RegisterBody)
        self._count(request, body)
        if body.type == SERVICE_LOGIN:
            return await self._register_by_service(request, body)
        if _is_guest(request.query("kind")):
            return shown(await self._guests.create(wish_of(body, request)))
        session_id = session_of(body.auth)
        body = _completed(body, self._uia.asked(request, session_id))
        if made := self._made.get(session_id):
            return await self._again(request, body, made)
        user_id = self._wanted(body.username)
        if body.guest_access_token is None:
            await self._registration.check_free(user_id)
        else:
            await self._guests.check_own(user_id, body.guest_access_token)
        if body.password is not None:
            check_new_password(body.password)
        is_small = len(await request.raw_body()) <= MAX_ASKED_BYTES
        proved = await self._uia.require(
            request, body.auth, self._flows, self._stages, asked=body if is_small else None
        )
        if body.password is None:
            raise missing_param("password")
        wish = None if body.inhibit_login else wish_of(body, request)
        on_created = [proved[name] for name in self._further if name in proved]
        invitation = proved.get(REGISTRATION_TOKEN)
        new = NewAccount(
            user_id,
            body.password,
            wish,
            invitation,
            upgrades_guest=body.guest_access_token is not None,
            on_created=on_created,
        )
        signed_in = await self._registration.create(new)
        self._made.add(session_id, user_id)
        return _not_signed_in(user_id) if signed_in is None else shown(signed_in)

    def _count(self, request: Request, body: RegisterBody) -> None:
        """A sign-up counts when it begins, and with each invitation that it tries: whoever waits
        for a letter asks every few seconds, in the session that has begun.

        Errors: M_LIMIT_EXCEEDED.
        """
        auth = body.auth or {}
        goes_on = self._uia.is_begun(request, session_of(body.auth))
        tries_invitation = auth.get("type") == REGISTRATION_TOKEN
        if not request.requester.is_unlimited and (tries_invitation or not goes_on):
            self._limits.check("register", request.user_id, request.address)

    async def _register_by_service(self, request: Request, body: RegisterBody) -> Any:
        """No stages are asked for, and no password opens the account."""
        service = service_of(request)
        username = body.username or body.user
        if not username:
            raise missing_param("username")
        user_id = self._registration.user_id_for(username)
        await self._registration.check_free(user_id, service)
        wish = None if body.inhibit_login else wish_of(body, request)
        signed_in = await self._registration.create(NewAccount(user_id, None, wish))
        return _not_signed_in(user_id) if signed_in is None else shown(signed_in)

    async def _again(self, request: Request, body: RegisterBody, user_id: str) -> Any:
        """A repetition of what made the account, as after a lost answer: for who knows its
        password."""
        if body.password is None:
            raise missing_param("password")
        if body.inhibit_login:
            await self._registration.prove(user_id, body.password, request.address)
            return _not_signed_in(user_id)
        wish = wish_of(body, request)
        return shown(await self._registration.sign_in_again(user_id, body.password, wish))

    def _wanted(self, username: str | None) -> str:
        """Errors: M_INVALID_USERNAME, also for names of which application services make theirs;
        M_EXCLUSIVE where one has done so.
        """
        user_id = self._registration.user_id_for(username)
        self._registration.check_exclusive(user_id)
        if username and username.startswith("_"):
            raise bad_name()
        return user_id

    async def _check_token(self, auth: AuthData) -> str:
        if auth.token is None:
            raise missing_param("token")
        await self._registration.check_invitation(auth.token)
        return auth.token

    async def checkUsernameAvailability(self, request: Request) -> Any:
        user_id = self._wanted(request.required_query("username"))
        await self._registration.check_free(user_id)
        return {"available": True}

    async def registrationTokenValidity(self, request: Request) -> Any:
        token = request.required_query("token")
        return {"valid": await self._registration.is_valid_invitation(token)}


class Made:
    """Which account came of which session: the newest, for those who ask again."""

    def __init__(self) -> None:
        self._user_ids: OrderedDict[str, str] = OrderedDict()

    def get(self, session_id: str | None) -> str | None:
        return self._user_ids.get(session_id or "")

    def add(self, session_id: str | None, user_id: str) -> None:
        if session_id and len(session_id) <= MAX_SESSION_CHARS:
            self._user_ids[session_id] = user_id
        if len(self._user_ids) > MAX_MADE:
            self._user_ids.popitem(last=False)


def _completed(body: RegisterBody, before: RegisterBody | None) -> RegisterBody:
    """With what was asked in this session before, where it is not asked anew."""
    if before is None:
        return body
    missing = {name: getattr(before, name) for name in ASKED if not getattr(body, name)}
    return msgspec.structs.replace(body, **missing)


def _not_signed_in(user_id: str) -> dict[str, str]:
    return {"user_id": user_id, "home_server": user_id.partition(":")[2]}


async def _nothing_to_check(_auth: AuthData) -> None:
    pass


def _is_guest(kind: str | None) -> bool:
    if kind not in (None, "user", "guest"):
        raise invalid_param("kind must be user or guest")
    return kind == "guest"
