"""What is remembered of those who sign up or sign in, and for how long."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from teahouse import config
from teahouse.homeserver.accounts import token_store, tokens, uia, uia_sessions
from teahouse.kit.clock import ManualClock
from tests.people import Person, client_of, sign_in, sign_up
from tests.server import Server, running


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def server(settings: config.Config, clock: ManualClock) -> AsyncIterator[Server]:
    settings = dataclasses.replace(settings, trusted_proxy="127.0.0.1")
    async with running(settings, clock) as server:
        yield server


async def session_of(http: httpx.AsyncClient, session: str | None = None) -> str:
    """The session that a registration is given which names `session`."""
    body: dict[str, Any] = {"username": "anna", "password": "x", "auth": {"session": session}}
    given: str = (await Person(http).post("/register", body))["session"]
    return given


@asynccontextmanager
async def from_address(server: Server, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody whose requests come through a trusted proxy."""
    async with client_of(server.url) as http:
        http.headers["X-Forwarded-For"] = address
        yield http


async def test_a_session_is_kept_while_it_is_used_and_then_forgotten(
    server: Server, clock: ManualClock
) -> None:
    async with client_of(server.url) as http:
        first = await session_of(http)
        clock.advance(uia.LIFETIME_MS - 1)
        assert await session_of(http, first) == first
        clock.advance(uia.LIFETIME_MS)
        assert await session_of(http, first) != first
    assert len(server.teahouse.accounts.uia._sessions) == 1


async def test_one_network_pushes_out_its_own_sessions_only(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uia_sessions, "SHARE", 3)
    sessions = server.teahouse.accounts.uia._sessions
    async with from_address(server, "198.51.100.7") as bystander:
        before = await session_of(bystander)
        for networks in (("192.0.2.1",), ("2001:db8::1", "2001:db8::2:3")):
            for address in networks:
                async with from_address(server, address) as http:
                    first = await session_of(http)
                    for _ in range(4):
                        newest = await session_of(http)
                    assert await session_of(http, newest) == newest
                    assert await session_of(http, first) != first
        assert await session_of(bystander, before) == before
    # Of the IPv6 addresses, both are of one network.
    assert len(sessions) == 1 + 3 + 3


async def test_sessions_are_bounded_and_who_has_most_gives_way(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uia_sessions, "MAX_SESSIONS", 6)
    sessions = server.teahouse.accounts.uia._sessions
    async with from_address(server, "198.51.100.7") as bystander:
        before = [await session_of(bystander) for _ in range(2)]
        for number in range(12):
            async with from_address(server, f"192.0.2.{number // 6}") as http:
                newest = await session_of(http)
        assert [await session_of(bystander, one) for one in before] == before
        assert await session_of(bystander, newest) == newest
    assert len(sessions) == 6


async def test_who_changes_from_network_to_network_crowds_out_nobody_else(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uia_sessions, "MAX_SESSIONS", 6)
    async with from_address(server, "2001:db8:1::1") as bystander:
        before = [await session_of(bystander) for _ in range(3)]
        for number in range(12):
            async with from_address(server, f"2001:db8:2:{number:x}::1") as http:
                newest = await session_of(http)
        assert [await session_of(bystander, one) for one in before] == before
        assert await session_of(bystander, newest) == newest
    assert len(server.teahouse.accounts.uia._sessions) == 6


async def test_a_session_that_is_over_leaves_nothing_behind(
    server: Server, clock: ManualClock
) -> None:
    sessions = server.teahouse.accounts.uia._sessions
    async with from_address(server, "192.0.2.1") as http:
        await session_of(http)
        await sign_up(http, "bella")
        assert (len(sessions), sessions.beginners) == (1, 1)
    clock.advance(uia.LIFETIME_MS)
    async with from_address(server, "192.0.2.2") as http:
        await session_of(http)
        assert (len(sessions), sessions.beginners) == (1, 1)


async def test_known_tokens_are_bounded(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MAX_KNOWN", 2)
    async with client_of(server.url) as http:
        people = [await sign_up(http, name) for name in ("anna", "bella", "carla")]
        for person in (*people, *people):
            (await person.get("/account/whoami")).ok()
    assert len(server.teahouse.accounts.tokens._known) == 2


async def test_a_token_revoked_while_it_is_read_is_not_remembered(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, go_on = threading.Event(), threading.Event()
    find = token_store.find

    def find_slowly(*args: Any) -> Any:
        stored = find(*args)
        found.set()
        go_on.wait(10)
        return stored

    async with client_of(server.url) as http:
        anna = await sign_up(http, "anna")
        other = await sign_in(http, "anna")
        (await other.get("/account/whoami")).ok()
        monkeypatch.setattr(token_store, "find", find_slowly)
        reading = asyncio.create_task(anna.get("/account/whoami"))
        await asyncio.to_thread(found.wait, 10)
        (await other.post("/logout/all")).ok()
        go_on.set()
        await reading
        (await anna.get("/account/whoami")).refused(401, "M_UNKNOWN_TOKEN")
