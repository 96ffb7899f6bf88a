"""User-interactive authentication: an operation asks for stages; a session remembers those done.

Sessions live in memory: after a restart a client is asked again, which costs nobody anything.
A session belongs to one path and one user, and ends with the operation that it opened.
Source: client-server API, "User-Interactive Authentication API"
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from teahouse.kit.clock import Clock
from teahouse.kit.errors import Refused, bad_json
from teahouse.kit.http import Request
from teahouse.kit.secrets import random_string

DUMMY = "m.login.dummy"
PASSWORD = "m.login.password"  # noqa: S105
REGISTRATION_TOKEN = "m.login.registration_token"  # noqa: S105

LIFETIME_MS = 15 * 60 * 1000
MAX_SESSIONS = 10_000


class UserIdentifier(msgspec.Struct):
    """Only `m.id.user` names an account here."""

    type: str = ""
    user: str = ""


class AuthData(msgspec.Struct):
    """What a client sends under `auth`; which of the keys count depends on the stage."""

    type: str | None = None
    session: str | None = None
    identifier: UserIdentifier | None = None
    user: str | None = None
    password: str | None = None
    token: str | None = None


RawAuth = dict[str, Any] | None
Flows = Sequence[Sequence[str]]
Check = Callable[[AuthData], Awaitable[None]]
"""Raises a Refused that says why the stage is not passed."""


class AuthenticationNeeded(Refused):
    """401 with the flows; an errcode only when an attempt failed, as the specification asks."""

    def __init__(self, flows: Flows, session: Session, failure: Refused | None = None) -> None:
        super().__init__("M_FORBIDDEN", "Authentication needed", status=401)
        self._body: dict[str, Any] = {
            "flows": [{"stages": list(stages)} for stages in flows],
            "params": {},
            "session": session.session_id,
            "completed": sorted(session.completed),
        }
        if failure is not None:
            self._body |= {"errcode": failure.errcode, "error": failure.message}

    def body(self) -> dict[str, Any]:
        return self._body


@dataclass(slots=True)
class Session:
    session_id: str
    path: str
    user_id: str
    expires_at_ms: int
    completed: set[str] = field(default_factory=set)


class UserInteractive:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sessions: dict[str, Session] = {}

    async def require(
        self, request: Request, raw: RawAuth, flows: Flows, checks: Mapping[str, Check]
    ) -> AuthData:
        """Returns when all stages of one of the flows are passed.

        Errors: AuthenticationNeeded; M_BAD_JSON; M_LIMIT_EXCEEDED.
        """
        auth = _parse(raw)
        session = self._session(request, auth.session)
        if auth.type is not None:
            await self._attempt(session, auth, flows, checks)
        if not any(session.completed.issuperset(stages) for stages in flows):
            raise AuthenticationNeeded(flows, session)
        self._sessions.pop(session.session_id, None)
        return auth

    async def _attempt(
        self, session: Session, auth: AuthData, flows: Flows, checks: Mapping[str, Check]
    ) -> None:
        check = checks.get(auth.type or "")
        if check is None:
            failure = Refused("M_UNRECOGNIZED", "This way to authenticate is not offered")
            raise AuthenticationNeeded(flows, session, failure)
        try:
            await check(auth)
        except Refused as failure:
            if failure.errcode == "M_LIMIT_EXCEEDED":
                raise
            raise AuthenticationNeeded(flows, session, failure) from None
        session.completed.add(auth.type or "")

    def _session(self, request: Request, session_id: str | None) -> Session:
        """The one that is named, when it is for the same purpose, else a new one."""
        now_ms = self._clock.monotonic_ms()
        found = self._sessions.get(session_id or "")
        if (
            found is not None
            and found.expires_at_ms > now_ms
            and (found.path, found.user_id) == (request.path, request.user_id)
        ):
            return found
        new = Session(random_string(24), request.path, request.user_id, now_ms + LIFETIME_MS)
        self._sessions[new.session_id] = new
        self._forget_old(now_ms)
        return new

    def _forget_old(self, now_ms: int) -> None:
        """Sessions are in the order of their making, so the first is the oldest."""
        while self._sessions:
            oldest = next(iter(self._sessions.values()))
            if oldest.expires_at_ms > now_ms and len(self._sessions) <= MAX_SESSIONS:
                return
            del self._sessions[oldest.session_id]


def _parse(raw: RawAuth) -> AuthData:
    try:
        return msgspec.convert(raw or {}, AuthData)
    except msgspec.ValidationError as error:
        raise bad_json(f"auth: {error}") from None
