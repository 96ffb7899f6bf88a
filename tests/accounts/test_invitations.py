"""Signing up where registration is not open: by invitation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from teahouse import config
from teahouse.homeserver.accounts import registration_token_store as invitations
from teahouse.homeserver.accounts.registration_token_store import Invitation
from teahouse.kit.clock import ManualClock
from tests.people import PASSWORD, Answer, Person, client_of
from tests.server import Server, running

VALIDITY = "/_matrix/client/v1/register/m.login.registration_token/validity"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def server(settings: config.Config, clock: ManualClock) -> AsyncIterator[Server]:
    async with running(replace(settings, open_registration=False), clock) as server:
        yield server


@pytest.fixture
async def nobody(server: Server) -> AsyncIterator[Person]:
    async with client_of(server.url) as http:
        yield Person(http)


async def invite(
    server: Server, token: str, *, uses: int | None = None, expires_at_ms: int | None = None
) -> None:
    new = Invitation(token, uses, expires_at_ms, makes_admin=False)
    await server.teahouse.log.submit(lambda tx: invitations.add(tx, new))


async def register(nobody: Person, name: str, token: str | None, session: str = "") -> Answer:
    auth = {"type": "m.login.registration_token", "token": token, "session": session}
    return await nobody.post("/register", {"username": name, "password": PASSWORD, "auth": auth})


async def is_valid(nobody: Person, token: str) -> bool:
    answer = await nobody.http.get(VALIDITY, params={"token": token})
    assert answer.status_code == 200
    return bool(answer.json()["valid"])


async def test_a_token_is_asked_for_and_nothing_else_will_do(
    nobody: Person, server: Server
) -> None:
    body = {"username": "anna", "password": PASSWORD}
    answer = await nobody.post("/register", body)
    assert answer.status == 401
    assert answer["flows"] == [{"stages": ["m.login.registration_token"]}]
    dummy = {"type": "m.login.dummy", "session": answer["session"]}
    assert (await nobody.post("/register", {**body, "auth": dummy})).status == 401
    await invite(server, "welcome")
    session = answer["session"]
    assert (await register(nobody, "anna", "wrong", session)).refused(401, "M_FORBIDDEN")[
        "session"
    ] == session
    (await register(nobody, "anna", "welcome", session)).ok()


async def test_a_token_is_used_as_often_as_it_may_be(nobody: Person, server: Server) -> None:
    await invite(server, "two", uses=2)
    (await register(nobody, "anna", "two")).ok()
    # A name that is taken uses nothing up.
    (await register(nobody, "anna", "two")).refused(400, "M_USER_IN_USE")
    assert await is_valid(nobody, "two")
    (await register(nobody, "bella", "two")).ok()
    assert not await is_valid(nobody, "two")
    (await register(nobody, "carla", "two")).refused(401, "M_FORBIDDEN")


async def test_a_token_without_a_number_of_uses_stays(nobody: Person, server: Server) -> None:
    await invite(server, "all")
    for name in ("anna", "bella", "carla"):
        (await register(nobody, name, "all")).ok()
    assert await is_valid(nobody, "all")


async def test_a_token_expires(nobody: Person, server: Server, clock: ManualClock) -> None:
    await invite(server, "soon", expires_at_ms=clock.now_ms() + 1000)
    assert await is_valid(nobody, "soon")
    clock.advance(1000)
    assert not await is_valid(nobody, "soon")
    (await register(nobody, "anna", "soon")).refused(401, "M_FORBIDDEN")


async def test_tokens_that_can_not_be_are_not_valid(nobody: Person) -> None:
    for token in ("", "x", "a b", "茶", "x" * 300):
        assert not await is_valid(nobody, token)
    (await nobody.get(VALIDITY)).refused(400, "M_MISSING_PARAM")
    (await register(nobody, "anna", None)).refused(401, "M_MISSING_PARAM")


async def test_the_operators_invitation_makes_an_admin_once(nobody: Person, server: Server) -> None:
    registration = server.teahouse.accounts.registration
    token = await registration.invite_operator()
    assert token is not None
    assert await registration.invite_operator() == token
    anna = (await register(nobody, "anna", token)).ok()
    requester = await server.teahouse.accounts.tokens.authenticate(
        anna["access_token"], lambda _: None
    )
    assert requester.is_admin
    (await register(nobody, "bella", token)).refused(401, "M_FORBIDDEN")
    assert await registration.invite_operator() is None
