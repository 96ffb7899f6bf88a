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
from teahouse.kit.limits import LIMITS, Limit
from tests.people import PASSWORD, Answer, Person, client_of, sign_up
from tests.server import Server, running


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def http(settings: config.Config, clock: ManualClock) -> AsyncIterator[httpx.AsyncClient]:
    limited = replace(settings, no_rate_limits=False)
    async with running(limited, clock) as server, client_of(server.url) as client:
        yield client


@pytest.fixture
async def reached(settings: config.Config) -> AsyncIterator[Server]:
    """By people from many places: the test is the proxy that says from where."""
    limited = replace(settings, no_rate_limits=False, trusted_proxy="127.0.0.1")
    async with running(limited) as server:
        yield server


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


async def test_guesses_do_not_tell_who_has_an_address(
    reached: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They come from many places; at an account and at none they are limited alike."""
    monkeypatch.setitem(LIMITS, "guesses", Limit(0.01, 12))
    async with client_of(reached.url) as http:
        await with_address(reached, await sign_up(http, "alice"), "alice@mail.example")
        for name in ("alice", "nobody"):
            told = [await guess_from(n, http, f"{name}@mail.example") for n in range(13)]
            assert told == [403] * 12 + [429]
        assert await guess_from(99, http, "NOBODY@mail.example") == 429
        assert await guess_from(99, http, "not an address") == 403


async def test_guesses_at_a_name_do_not_tell_whose_address_one_is(
    reached: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "guesses", Limit(0.01, 4))
    async with client_of(reached.url) as http:
        await with_address(reached, await sign_up(http, "alice"), "alice@mail.example")
        told = [await guess_from(n, http, "@alice:localhost") for n in range(5)]
        assert told == [403] * 4 + [429]
        for name in ("alice", "nobody"):
            assert await guess_from(9, http, f"{name}@mail.example") == 403


async def test_whoever_guesses_from_one_place_keeps_nobody_out_elsewhere(reached: Server) -> None:
    async with client_of(reached.url) as http:
        await sign_up(http, "alice")
        burst = LIMITS["login"].burst
        told = [await guess_from(1, http, "@alice:localhost") for _ in range(burst + 1)]
        assert told == [403] * burst + [429]
        assert await guess_from(2, http, "@alice:localhost", PASSWORD) == 200


async def test_the_guesses_of_others_keep_nobody_from_their_own_devices(
    reached: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "guesses", Limit(0.01, 2))
    async with client_of(reached.url) as http:
        alice = await sign_up(http, "alice")
        told = [await guess_from(n, http, "@alice:localhost", PASSWORD) for n in range(3)]
        assert told == [200, 200, 429]
        auth = {"type": "m.login.password", "password": PASSWORD}
        (await alice.post("/delete_devices", {"devices": ["OLD"], "auth": auth})).ok()


async def test_under_a_session_nobody_guesses_at_another_account(reached: Server) -> None:
    """Not even the right password is told from a wrong one, however the other is named."""
    async with client_of(reached.url) as http:
        alice, _ = await sign_up(http, "alice"), await sign_up(http, "bob")
        for password in (PASSWORD, "guess"):
            for named in ({"user": "bob"}, {"identifier": {"type": "m.id.user", "user": "bob"}}):
                auth = {"type": "m.login.password", "password": password} | named
                answer = await alice.post("/delete_devices", {"devices": [], "auth": auth})
                answer.refused(403, "M_FORBIDDEN")


async def with_address(server: Server, person: Person, address: str) -> None:
    give = server.teahouse.threepids.addresses.give
    await server.teahouse.log.submit(lambda tx: give(tx, person.user_id, address, 1))


async def guess_from(
    place: int, http: httpx.AsyncClient, named: str, password: str = "guess"
) -> int:
    identifier = {"type": "m.id.thirdparty", "medium": "email", "address": named}
    if named.startswith("@"):
        identifier = {"type": "m.id.user", "user": named}
    body = {"type": "m.login.password", "identifier": identifier, "password": password}
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
