"""User-interactive authentication: an operation asks for stages; a session remembers those done.

Sessions live in memory: after a restart a client is asked again, which costs nobody anything.
A session belongs to one path and one user, and ends with the operation that it opened.
Source: client-server API, "User-Interactive Authentication API"
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from teahouse.homeserver.accounts.uia_sessions import Sessions
from teahouse.kit.clock import Clock
from teahouse.kit.errors import Refused, bad_json, forbidden
from teahouse.kit.http import Request
from teahouse.kit.http.shapes import Name
from teahouse.kit.limits import neighbourhood_of, network_of
from teahouse.kit.randomness import Randomness

DUMMY = "m.login.dummy"
EMAIL = "m.login.email.identity"
PASSWORD = "m.login.password"  # noqa: S105
REGISTRATION_TOKEN = "m.login.registration_token"  # noqa: S105
TERMS = "m.login.terms"

LIFETIME_MS = 15 * 60 * 1000


class UserIdentifier(msgspec.Struct):
    """`m.id.user` has a user; `m.id.thirdparty` a medium and an address."""

    type: str = ""
    user: str = ""
    medium: str = ""
    address: str = ""


class ThreepidCreds(msgspec.Struct):
    """Names a validation session of this server; identity servers are not asked."""

    sid: Name
    client_secret: Name


class AuthData(msgspec.Struct):
    """What a client sends under `auth`; which of the keys count depends on the stage."""

    type: str | None = None
    session: str | None = None
    identifier: UserIdentifier | None = None
    user: str | None = None
    password: str | None = None
    token: str | None = None
    threepid_creds: ThreepidCreds | None = None


RawAuth = dict[str, Any] | None
Flows = Sequence[Sequence[str]]
Check = Callable[[AuthData], Awaitable[Any]]
"""Returns what the stage has proved; raises a Refused that says why it is not passed."""


class Fallback(Protocol):
    """A stage as a form in a browser, for whoever's client does not know it."""

    def fields(self, waiting: AuthData | None) -> str:
        """What stands in the form, as HTML; `waiting` as in Session."""
        ...

    async def read(self, form: Mapping[str, str], languages: str | None) -> AuthData | None:
        """The attempt that the form makes; None: the one that waits, once more.

        `languages`: the Accept-Language of the browser. Errors: what keeps it from being one.
        """
        ...


@dataclass(frozen=True, slots=True)
class Stage:
    """`params`: what a client needs to know for it."""

    check: Check
    params: Mapping[str, Any] | None = None
    fallback: Fallback | None = None


Stages = Mapping[str, Stage]


class AuthenticationNeeded(Refused):
    """401 with the flows; an errcode only when an attempt failed, as the specification asks."""

    def __init__(
        self, flows: Flows, stages: Stages, session: Session, failure: Refused | None = None
    ) -> None:
        super().__init__("M_FORBIDDEN", "Authentication needed", status=401)
        offered = {name for flow in flows for name in flow}
        self._body: dict[str, Any] = {
            "flows": [{"stages": list(flow)} for flow in flows],
            "params": {
                name: stage.params
                for name, stage in stages.items()
                if name in offered and stage.params is not None
            },
            "session": session.session_id,
            "completed": list(session.completed),
        }
        if failure is not None:
            self._body |= {"errcode": failure.errcode, "error": failure.message}

    def body(self) -> dict[str, Any]:
        return self._body


class OtherPerson(Refused):
    """Who asks names somebody else: there is nothing to be tried again."""

    def __init__(self) -> None:
        super().__init__("M_FORBIDDEN", "This names another account than yours")


@dataclass(slots=True)
class Session:
    """`beginner`: who is signed in, else the network that the first request came from.
    `neighbours`: those who share the places with them when there are no more: the networks around.
    `completed`: what each stage has proved, in the order in which they were passed.
    `waiting`: the attempt that may succeed later, as when a link in a mail is opened.
    `asked`: the operation's own parameters, which a client need not repeat.
    `offer`: flows and stages, where one of them can be passed in a browser."""

    session_id: str
    path: str
    user_id: str
    beginner: str
    neighbours: str
    expires_at_ms: int
    completed: dict[str, Any] = field(default_factory=dict)
    waiting: AuthData | None = None
    asked: Any = None
    offer: tuple[Flows, Stages] | None = None


class UserInteractive:
    def __init__(self, clock: Clock, randomness: Randomness) -> None:
        self._clock = clock
        self._randomness = randomness
        self._sessions: Sessions[Session] = Sessions()

    async def require(
        self, request: Request, raw: RawAuth, flows: Flows, stages: Stages, *, asked: Any = None
    ) -> dict[str, Any]:
        """Returns what the stages have proved, once all of one of the flows are passed.

        Errors: AuthenticationNeeded; M_BAD_JSON; M_LIMIT_EXCEEDED; M_FORBIDDEN for a session that
        was begun for something else.
        """
        auth = _parse(raw)
        session = self._session(request, auth.session)
        session.asked = asked
        if any(stage.fallback is not None for stage in stages.values()):
            session.offer = flows, stages
        attempt = auth if auth.type is not None else session.waiting
        if attempt is not None and attempt.type not in session.completed:
            await _attempt(session, attempt, flows, stages)
        if not any(session.completed.keys() >= set(flow) for flow in flows):
            raise AuthenticationNeeded(flows, stages, session)
        self._sessions.drop(session.session_id)
        return session.completed

    def in_browser(self, session_id: str, name: str) -> tuple[Session, Fallback | None] | None:
        """The session, when it offers this stage; and how it is passed in a browser."""
        found = self._sessions.get(session_id)
        if found is None or found.offer is None:
            return None
        flows, stages = found.offer
        is_over = found.expires_at_ms <= self._clock.monotonic_ms()
        if is_over or not any(name in flow for flow in flows):
            return None
        return found, stages[name].fallback

    async def attempt_in_browser(self, session: Session, auth: AuthData | None) -> None:
        """Errors: as `require`; the client asks with the session when it is told to go on."""
        attempt = auth or session.waiting
        if session.offer is not None and attempt is not None:
            await _attempt(session, attempt, *session.offer)

    def asked(self, request: Request, session_id: str | None) -> Any:
        """The parameters with which this session was last used; None when there is none."""
        found = self._begun(request, session_id)
        return None if found is None else found.asked

    def is_begun(self, request: Request, session_id: str | None) -> bool:
        """Whether the request goes on in a session, and does not begin one."""
        return self._begun(request, session_id) is not None

    def _begun(self, request: Request, session_id: str | None) -> Session | None:
        found = self._sessions.get(session_id or "")
        if found is None or (found.path, found.user_id) != (request.path, request.user_id):
            return None
        return found

    def _session(self, request: Request, session_id: str | None) -> Session:
        """The one that is named, else a new one."""
        now_ms = self._clock.monotonic_ms()
        found = self._sessions.get(session_id or "")
        if found is not None and found.expires_at_ms <= now_ms:
            found = None
        if found is not None and (found.path, found.user_id) != (request.path, request.user_id):
            raise forbidden("This session was begun for something else")
        if found is None:
            found = Session(
                self._randomness.string(24),
                request.path,
                request.user_id,
                beginner=request.user_id or network_of(request.address),
                neighbours=request.user_id or neighbourhood_of(request.address),
                expires_at_ms=0,
            )
        # Whoever is on the way to a mailbox asks again and again: that keeps the session.
        found.expires_at_ms = now_ms + LIFETIME_MS
        self._sessions.use(found, now_ms)
        return found


async def _attempt(session: Session, auth: AuthData, flows: Flows, stages: Stages) -> None:
    name = auth.type or ""
    if not any(name in flow for flow in flows):
        failure = Refused("M_UNRECOGNIZED", "This way to authenticate is not offered")
        raise AuthenticationNeeded(flows, stages, session, failure)
    if not _is_next(name, flows, session.completed):
        raise AuthenticationNeeded(flows, stages, session, forbidden("Another stage comes first"))
    try:
        session.completed[name] = await stages[name].check(auth)
    except OtherPerson:
        raise
    except Refused as failure:
        if failure.errcode == "M_LIMIT_EXCEEDED":
            raise
        session.waiting = _kept(auth) if name == EMAIL else None
        raise AuthenticationNeeded(flows, stages, session, failure) from None
    session.waiting = None


def _kept(auth: AuthData) -> AuthData:
    """Of an attempt that waits only what its stage needs: the rest may be large."""
    return AuthData(type=auth.type, threepid_creds=auth.threepid_creds)


def _is_next(name: str, flows: Flows, completed: Container[str]) -> bool:
    """Stages of a flow are passed in order."""
    return any(
        name in flow and all(earlier in completed for earlier in flow[: flow.index(name)])
        for flow in flows
    )


def session_of(raw: RawAuth) -> str | None:
    """Errors: M_BAD_JSON."""
    return _parse(raw).session


def _parse(raw: RawAuth) -> AuthData:
    try:
        return msgspec.convert(raw or {}, AuthData)
    except msgspec.ValidationError as error:
        raise bad_json(f"auth: {error}") from None
