"""Tokens that expire, and their renewal."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from teahouse import config
from teahouse.homeserver.accounts.tokens import LIFETIME_MS
from teahouse.kit.clock import ManualClock
from tests.people import PASSWORD, Answer, Person, client_of, sign_up
from tests.server import running


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def http(settings: config.Config, clock: ManualClock) -> AsyncIterator[httpx.AsyncClient]:
    async with running(settings, clock) as server, client_of(server.url) as client:
        yield client


async def first_tokens(http: httpx.AsyncClient) -> Answer:
    await sign_up(http, "alice")
    body = {"type": "m.login.password", "user": "alice", "password": PASSWORD}
    answer = await Person(http).post("/login", {**body, "refresh_token": True})
    assert answer.ok()["expires_in_ms"] == LIFETIME_MS
    return answer


async def use(http: httpx.AsyncClient, tokens: Answer) -> Answer:
    return await Person(http, access_token=tokens["access_token"]).get("/account/whoami")


async def refresh(http: httpx.AsyncClient, tokens: Answer) -> Answer:
    return await Person(http).post("/refresh", {"refresh_token": tokens["refresh_token"]})


async def test_an_expired_token_is_softly_refused_and_renewed(
    http: httpx.AsyncClient, clock: ManualClock
) -> None:
    first = await first_tokens(http)
    (await use(http, first)).ok()
    clock.advance(LIFETIME_MS)
    answer = (await use(http, first)).refused(401, "M_UNKNOWN_TOKEN")
    assert answer["soft_logout"] is True
    second = (await refresh(http, first)).ok()
    assert (await use(http, second)).ok()["device_id"] == first["device_id"]


async def test_the_old_tokens_work_until_the_new_ones_are_used(http: httpx.AsyncClient) -> None:
    first = await first_tokens(http)
    (await refresh(http, first)).ok()
    (await use(http, first)).ok()
    # The first answer was lost: the old refresh token gives another one.
    second = (await refresh(http, first)).ok()
    (await use(http, second)).ok()
    (await use(http, first)).refused(401, "M_UNKNOWN_TOKEN")
    (await refresh(http, first)).refused(401, "M_UNKNOWN_TOKEN")
    (await use(http, second)).ok()


async def test_using_the_new_refresh_token_ends_the_old_ones_too(http: httpx.AsyncClient) -> None:
    first = await first_tokens(http)
    second = (await refresh(http, first)).ok()
    third = (await refresh(http, second)).ok()
    (await use(http, first)).refused(401, "M_UNKNOWN_TOKEN")
    (await refresh(http, first)).refused(401, "M_UNKNOWN_TOKEN")
    (await use(http, third)).ok()


async def test_tokens_of_a_lost_answer_open_nothing_once_replaced(http: httpx.AsyncClient) -> None:
    first = await first_tokens(http)
    lost = (await refresh(http, first)).ok()
    (await refresh(http, first)).ok()
    (await use(http, lost)).refused(401, "M_UNKNOWN_TOKEN")
    (await refresh(http, lost)).refused(401, "M_UNKNOWN_TOKEN")


async def test_logout_ends_the_refresh_token(http: httpx.AsyncClient) -> None:
    first = await first_tokens(http)
    (await Person(http, access_token=first["access_token"]).post("/logout")).ok()
    answer = (await refresh(http, first)).refused(401, "M_UNKNOWN_TOKEN")
    assert answer["soft_logout"] is False


async def test_an_access_token_is_no_refresh_token(http: httpx.AsyncClient) -> None:
    first = await first_tokens(http)
    wrong = {"refresh_token": first["access_token"]}
    (await Person(http).post("/refresh", wrong)).refused(401, "M_UNKNOWN_TOKEN")
    wrong = {"refresh_token": "x"}
    (await Person(http).post("/refresh", wrong)).refused(401, "M_UNKNOWN_TOKEN")
    (await Person(http).post("/refresh", {"refresh_token": 1})).refused(400, "M_BAD_JSON")
    (await Person(http).post("/refresh", {})).refused(400, "M_BAD_JSON")


async def test_registration_gives_a_refresh_token_to_who_wants_one(
    http: httpx.AsyncClient,
) -> None:
    body = {"username": "bob", "password": PASSWORD, "auth": {"type": "m.login.dummy"}}
    first = (await Person(http).post("/register", {**body, "refresh_token": True})).ok()
    (await use(http, (await refresh(http, first)).ok())).ok()
