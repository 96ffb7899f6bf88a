"""Proof that it is the owner who asks, not someone who found the device unlocked."""

from __future__ import annotations

from teahouse.homeserver.accounts.logins import Logins
from teahouse.homeserver.accounts.uia import (
    PASSWORD,
    AuthData,
    OtherPerson,
    RawAuth,
    Stage,
    UserInteractive,
)
from teahouse.kit.errors import missing_param
from teahouse.kit.http import Request


class Reauthentication:
    def __init__(self, uia: UserInteractive, logins: Logins) -> None:
        self._uia = uia
        self._logins = logins

    async def require(self, request: Request, auth: RawAuth) -> None:
        """Returns once the requester has shown their password; `auth` stands so in the body.

        Application services have shown their token, and no password opens their accounts.
        Errors: AuthenticationNeeded (401 with the flows); M_BAD_JSON; M_LIMIT_EXCEEDED.
        """

        if request.requester.service is not None:
            return

        async def check(auth: AuthData) -> None:
            await self._check_password(request, auth)

        await self._uia.require(request, auth, [[PASSWORD]], {PASSWORD: Stage(check)})

    async def _check_password(self, request: Request, auth: AuthData) -> None:
        if auth.password is None:
            raise missing_param("password")
        if await self._named(request, auth) != request.user_id:
            raise OtherPerson
        await self._logins.prove_own(request.user_id, auth.password)

    async def _named(self, request: Request, auth: AuthData) -> str | None:
        if auth.identifier is not None:
            return (await self._logins.meant_by(auth.identifier)).user_id
        return self._logins.meant(auth.user or request.user_id).user_id
