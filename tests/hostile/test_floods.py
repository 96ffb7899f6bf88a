"""Who asks too often is told when to come back; passwords are checked two at a time."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import httpx
import pytest
from argon2 import PasswordHasher

from teahouse import config
from teahouse.homeserver.accounts.passwords import AT_ONCE
from teahouse.homeserver.sync import limit
from teahouse.kit.clock import ManualClock
from teahouse.kit.limits import LIMITS
from tests.people import PASSWORD, Answer, Person, client_of, sign_up
from tests.server import running
from tests.sliding.following import Following, everything
from tests.statements import counted


@dataclass
class Work:
    """What the real hasher was asked to do."""

    hashes: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, password_hash: str) -> None:
        with self._lock:
            self.hashes.append(password_hash.rpartition("$")[0].rpartition("$")[0])
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)

    def end(self) -> None:
        with self._lock:
            self.at_once -= 1


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    counted = Work()
    verify = PasswordHasher.verify

    def counting(self: PasswordHasher, hash: str, password: str) -> bool:
        counted.begin(hash)
        try:
            return verify(self, hash, password)
        finally:
            counted.end()

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    return counted


async def log_in(http: httpx.AsyncClient, name: str, password: str = "wrong") -> Answer:
    who = {"type": "m.id.user", "user": name}
    body = {"type": "m.login.password", "identifier": who, "password": password}
    return await Person(http).post("/login", body)


async def test_an_unknown_name_costs_the_same_work_as_a_wrong_password(
    alice: Person, bob: Person, work: Work
) -> None:
    proof = {"type": "m.login.password", "user": "bob", "password": PASSWORD}
    (await bob.post("/account/deactivate", {"auth": proof})).ok()
    work.hashes.clear()
    answers = [await log_in(alice.http, name) for name in ("alice", "nobody", "bob", "@x:other")]
    assert len(work.hashes) == len(answers)
    assert len(set(work.hashes)) == 1
    assert len({(one.status, str(one.body)) for one in answers}) == 1
    answers[0].refused(403, "M_FORBIDDEN")


async def test_a_hundred_logins_at_once_are_checked_two_at_a_time(
    alice: Person, work: Work
) -> None:
    answers = await asyncio.gather(*(log_in(alice.http, "alice", PASSWORD) for _ in range(100)))
    assert work.most_at_once == AT_ONCE
    told = {answer.status for answer in answers}
    assert told <= {200, 429}
    for answer in answers:
        if answer.status == 429:
            assert answer.refused(429, "M_LIMIT_EXCEEDED").headers["Retry-After"] == "2"
    assert len(work.hashes) == sum(answer.status == 200 for answer in answers)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def limited(settings: config.Config, clock: ManualClock) -> AsyncIterator[httpx.AsyncClient]:
    changed = replace(settings, no_rate_limits=False, trusted_proxy="127.0.0.1")
    async with running(changed, clock) as server, client_of(server.url) as client:
        yield client


async def register_from(http: httpx.AsyncClient, address: str) -> httpx.Response:
    path = "/_matrix/client/v3/register"
    return await http.post(path, json={}, headers={"X-Forwarded-For": address})


async def test_who_asks_too_often_is_told_when_to_come_back_and_others_are_not_held_up(
    limited: httpx.AsyncClient, clock: ManualClock
) -> None:
    for n in range(LIMITS["register"].burst):
        assert (await register_from(limited, f"2001:db8::{n:x}")).status_code == 401
    refused = await register_from(limited, "2001:db8::ffff:1")
    assert refused.status_code == 429
    body = refused.json()
    assert body["errcode"] == "M_LIMIT_EXCEEDED"
    assert int(refused.headers["Retry-After"]) == -(-body["retry_after_ms"] // 1000)
    assert (await register_from(limited, "2001:db8:0:1::1")).status_code == 401
    assert (await register_from(limited, "192.0.2.7")).status_code == 401
    clock.advance(body["retry_after_ms"])
    assert (await register_from(limited, "2001:db8::ffff:1")).status_code == 401


async def test_sending_is_limited_by_person_not_by_address(
    limited: httpx.AsyncClient,
) -> None:
    alice, bob = await sign_up(limited, "alice"), await sign_up(limited, "bob")
    room_id, bobs = await alice.create_room(), await bob.create_room()
    for _ in range(LIMITS["send"].burst):
        await alice.say(room_id, "tea")
    (await alice.send(room_id, {"body": "more"})).refused(429, "M_LIMIT_EXCEEDED")
    await bob.say(bobs, "tea")


async def test_reading_everything_anew_is_limited_and_going_on_is_not(
    limited: httpx.AsyncClient,
) -> None:
    alice = await sign_up(limited, "alice")
    for _ in range(LIMITS["first_sync"].burst):
        alice.since = None
        await alice.sync()
    (await alice.get("/sync")).refused(429, "M_LIMIT_EXCEEDED")
    (await alice.get("/sync", since=alice.since, full_state="true")).refused(
        429, "M_LIMIT_EXCEEDED"
    )
    await alice.sync()


@pytest.mark.parametrize("is_stable", [False, True])
async def test_so_are_the_first_answers_of_sliding_sync(
    limited: httpx.AsyncClient, is_stable: bool
) -> None:
    alice, bob = await sign_up(limited, "alice"), await sign_up(limited, "bob")
    asks = {} if is_stable else everything()
    going_on = Following(alice, asks, is_stable)
    await going_on.next()
    for _ in range(LIMITS["first_sync"].burst - 1):
        await Following(alice, asks | {"conn_id": "other"}, is_stable).next()
    (await Following(alice, asks, is_stable).ask()).refused(429, "M_LIMIT_EXCEEDED")
    (await alice.get("/sync")).refused(429, "M_LIMIT_EXCEEDED")
    await going_on.next()
    await Following(bob, asks, is_stable).next()


@pytest.mark.parametrize("by", ["sync", "sliding", "events"])
async def test_so_is_asking_for_many_rooms_with_the_same_token_again(
    limited: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    monkeypatch.setattr(limit, "MANY_ROOMS", 2)
    alice, bob = await sign_up(limited, "alice"), await sign_up(limited, "bob")
    await alice.sync()
    following = Following(alice, everything())
    await following.next()
    rooms = [await alice.create_room(invite=[bob.user_id]) for _ in range(3)]

    async def ask() -> Answer:
        if by == "sync":
            return await alice.get("/sync", since=alice.since)
        if by == "events":
            return await alice.get("/events", **{"from": alice.since}, timeout=0)
        return await following.ask()

    for _ in range(LIMITS["wide_sync"].burst):
        assert len((await ask()).ok()["chunk" if by == "events" else "rooms"]) > 0
    (await ask()).refused(429, "M_LIMIT_EXCEEDED")
    # Others are not held up.
    assert (await bob.get("/sync")).ok()["rooms"]["invite"].keys() == set(rooms)


async def test_so_is_having_many_rooms_read_of_which_a_filter_hides_all(
    limited: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = await sign_up(limited, "alice")
    rooms = [await alice.create_room() for _ in range(3)]
    await alice.sync()
    monkeypatch.setattr(limit, "MANY_ROOMS", 2)
    for room_id in rooms:
        await alice.say(room_id, "tea")
    hides = json.dumps({"room": {"timeline": {"types": []}}})
    for _ in range(LIMITS["wide_sync"].burst):
        told = (await alice.get("/sync", since=alice.since, filter=hides)).ok()
        assert "rooms" not in told.body
    refused = await alice.get("/sync", since=alice.since, filter=hides)
    refused.refused(429, "M_LIMIT_EXCEEDED")


async def test_who_keeps_up_is_told_of_as_much_as_there_is(
    limited: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limit, "MANY_ROOMS", 2)
    alice = await sign_up(limited, "alice")
    room_ids = [await alice.create_room() for _ in range(3)]
    await alice.sync()
    for n in range(LIMITS["wide_sync"].burst + 2):
        await alice.say(room_ids[n % 3], "tea")
        await alice.sync()


async def test_tokens_that_nobody_has_are_asked_for_so_often(
    settings: config.Config, clock: ManualClock
) -> None:
    limited = replace(settings, no_rate_limits=False, trusted_proxy="127.0.0.1")
    burst = LIMITS["unknown_token"].burst

    async with running(limited, clock) as server, client_of(server.url) as http:
        alice = await sign_up(http, "alice")
        (await alice.get("/account/whoami")).ok()
        with counted(server.teahouse.database.engine) as statements:
            for n in range(burst + 50):
                answer = await alice.call("GET", "/account/whoami", token=f"tha00{n}")
                assert answer.status == (401 if n < burst else 429)
        assert len([one for one in statements if "access_token" in one]) == burst
        (await alice.get("/account/whoami")).ok()
        # Nor is anybody whose token turns out to be theirs.
        http.headers["X-Forwarded-For"] = "192.0.2.7"
        for _ in range(burst + 50):
            server.teahouse.accounts.tokens._known.clear()
            (await alice.get("/account/whoami")).ok()
