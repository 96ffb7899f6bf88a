"""Guessing passwords is slow, for everybody who guesses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from teahouse import config
from teahouse.homeserver.accounts.passwords import MAX_WAITING, Passwords
from teahouse.kit.clock import ManualClock
from teahouse.kit.errors import Refused
from teahouse.kit.limits import LIMITS
from tests.people import Answer, Person, client_of, sign_up
from tests.server import running


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def http(settings: config.Config, clock: ManualClock) -> AsyncIterator[httpx.AsyncClient]:
    limited = replace(settings, no_rate_limits=False)
    async with running(limited, clock) as server, client_of(server.url) as client:
        yield client


async def guess(http: httpx.AsyncClient, name: str = "alice") -> Answer:
    body = {"type": "m.login.password", "user": name, "password": "guess"}
    return await Person(http).post("/login", body)


async def test_guesses_are_limited_and_told_when_to_come_back(
    http: httpx.AsyncClient, clock: ManualClock
) -> None:
    for _ in range(LIMITS["login"].burst):
        (await guess(http)).refused(403, "M_FORBIDDEN")
    refused = (await guess(http)).refused(429, "M_LIMIT_EXCEEDED")
    assert 0 < refused["retry_after_ms"] <= 5001
    assert refused.headers["Retry-After"] == "6"
    clock.advance(refused["retry_after_ms"])
    (await guess(http)).refused(403, "M_FORBIDDEN")


async def test_guesses_under_a_session_are_limited_too(http: httpx.AsyncClient) -> None:
    alice = await sign_up(http, "alice")
    body = {"new_password": "x", "auth": {"type": "m.login.password", "password": "guess"}}
    for _ in range(LIMITS["login"].burst):
        (await alice.post("/account/password", body)).refused(401, "M_FORBIDDEN")
    (await alice.post("/account/password", body)).refused(429, "M_LIMIT_EXCEEDED")


async def test_guesses_do_not_tell_who_has_an_address(settings: config.Config) -> None:
    """They come from many places; at an account and at none they are limited alike."""
    limited = replace(settings, no_rate_limits=False, trusted_proxy="127.0.0.1")
    async with running(limited) as server, client_of(server.url) as http:
        alice, teahouse = await sign_up(http, "alice"), server.teahouse
        give = teahouse.threepids.addresses.give
        await teahouse.log.submit(lambda tx: give(tx, alice.user_id, "alice@mail.example", 1))
        for name in ("alice", "nobody"):
            told = [await guess_from(n, http, f"{name}@mail.example") for n in range(11)]
            assert told == [403] * LIMITS["login"].burst + [429]
        assert await guess_from(99, http, "NOBODY@mail.example") == 429
        assert await guess_from(99, http, "not an address") == 403


async def guess_from(place: int, http: httpx.AsyncClient, address: str) -> int:
    identifier = {"type": "m.id.thirdparty", "medium": "email", "address": address}
    body = {"type": "m.login.password", "identifier": identifier, "password": "guess"}
    forwarded = {"X-Forwarded-For": f"192.0.2.{place}"}
    answer = await http.post("/_matrix/client/v3/login", json=body, headers=forwarded)
    return answer.status_code


async def test_names_are_registered_at_a_limited_rate(http: httpx.AsyncClient) -> None:
    for _ in range(LIMITS["register"].burst):
        assert (await Person(http).post("/register", {"username": "a"})).status == 401
    refused = await Person(http).post("/register", {"username": "a"})
    refused.refused(429, "M_LIMIT_EXCEEDED")


async def test_whoever_goes_on_with_a_sign_up_is_not_counted_but_each_invitation_is(
    settings: config.Config, clock: ManualClock
) -> None:
    closed = replace(settings, no_rate_limits=False, open_registration=False)
    async with running(closed, clock) as server, client_of(server.url) as http:
        nobody = Person(http)
        session = (await nobody.post("/register", {"username": "a"}))["session"]
        for _ in range(2 * LIMITS["register"].burst):
            body = {"username": "a", "auth": {"session": session}}
            going_on = await nobody.post("/register", body)
            assert (going_on.status, going_on["session"]) == (401, session)
        guess = {"type": "m.login.registration_token", "token": "guess", "session": session}
        told = [
            (await nobody.post("/register", {"username": "a", "auth": guess})).status
            for _ in range(LIMITS["register"].burst)
        ]
        assert told == [401] * (LIMITS["register"].burst - 1) + [429]


async def test_only_so_many_passwords_wait_to_be_checked() -> None:
    passwords = Passwords()
    waiting = [asyncio.create_task(passwords.matches(None, "guess")) for _ in range(MAX_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(Refused) as refused:
        await passwords.hash("one more")
    assert refused.value.errcode == "M_LIMIT_EXCEEDED"
    for task in waiting[2:]:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await passwords.hash("now there is room")
    passwords.close()


async def test_a_hash_matches_its_password_only() -> None:
    passwords = Passwords()
    one, two = await passwords.hash("oolong"), await passwords.hash("oolong")
    assert one != two
    assert one.startswith("$argon2id$")
    assert await passwords.matches(one, "oolong")
    assert not await passwords.matches(one, "oolong ")
    assert not await passwords.matches(None, "oolong")
    passwords.close()
