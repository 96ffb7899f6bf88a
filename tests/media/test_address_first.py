"""An address first, its content later."""

from __future__ import annotations

import asyncio

import pytest

from teahouse import config
from teahouse.homeserver.media import arrivals, uploading
from teahouse.kit.clock import ManualClock
from tests.media.files import contents
from tests.people import Answer, Person, client_of, sign_up
from tests.server import Server, running

CREATE = "/_matrix/media/v1/create"
UPLOAD = "/_matrix/media/v3/upload"
DOWNLOAD = "/_matrix/client/v1/media/download"
DAY_MS = 86_400_000


async def created(person: Person) -> str:
    """Server name and media id of a new address."""
    answer = (await person.post(CREATE)).ok()
    address: str = answer["content_uri"]
    assert address.startswith("mxc://")
    return address.removeprefix("mxc://")


async def fill(person: Person, path: str, content: bytes = b"tea", **query: str) -> Answer:
    headers = {"Authorization": f"Bearer {person.access_token}", "Content-Type": "text/plain"}
    answer = await person.http.put(
        f"{UPLOAD}/{path}", content=content, headers=headers, params=query
    )
    return Answer(answer.status_code, answer.json(), answer.headers)


async def waiting(server: Server, count: int) -> None:
    """Until so many wait for content."""
    while server.teahouse.media._arrivals._count < count:
        await asyncio.sleep(0)


async def test_content_comes_later_and_only_once(
    alice: Person, bob: Person, server: Server
) -> None:
    path = await created(alice)
    (await fill(alice, path, filename="茶.txt")).ok()
    answer = (await bob.get(f"{DOWNLOAD}/{path}")).ok()
    assert answer.body == b"tea"
    assert answer.headers["content-disposition"] == "inline; filename*=utf-8''%E8%8C%B6.txt"
    (await fill(alice, path, b"more tea")).refused(409, "M_CANNOT_OVERWRITE_MEDIA")
    (await fill(bob, path, b"my tea")).refused(403, "M_FORBIDDEN")
    assert (await bob.get(f"{DOWNLOAD}/{path}")).body == b"tea"
    again = await created(bob)
    (await fill(bob, again)).ok()
    assert len(await contents(server)) == 1


async def test_only_its_owner_may_fill_an_address(alice: Person, bob: Person) -> None:
    path = await created(alice)
    (await fill(bob, path)).refused(403, "M_FORBIDDEN")
    stranger = Person(alice.http)
    (await stranger.call("PUT", f"{UPLOAD}/{path}", b"tea")).refused(401, "M_MISSING_TOKEN")
    (await stranger.post(CREATE)).refused(401, "M_MISSING_TOKEN")
    server_name = path.partition("/")[0]
    for unknown in (f"{server_name}/{'a' * 24}", f"elsewhere.example/{'a' * 24}"):
        (await fill(alice, unknown)).refused(404, "M_NOT_FOUND")
    (await fill(alice, path)).ok()


async def test_of_two_who_fill_at_once_one_is_late(alice: Person, server: Server) -> None:
    path = await created(alice)
    tries = await asyncio.gather(*[fill(alice, path, f"tea {n}".encode()) for n in range(4)])
    late = [answer for answer in tries if answer.status != 200]
    assert len(late) == 3
    for answer in late:
        answer.refused(409, "M_CANNOT_OVERWRITE_MEDIA")
    while not await server.teahouse.media.removal.sweep():
        await asyncio.sleep(0)
    assert len(await contents(server)) == 1


async def test_who_asks_too_early_waits_for_the_content(
    alice: Person, bob: Person, server: Server
) -> None:
    path = await created(alice)
    early = [
        asyncio.create_task(bob.get(f"{DOWNLOAD}/{path}", timeout_ms=50_000)),
        asyncio.create_task(bob.get(f"{DOWNLOAD}/{path}/other.txt")),
    ]
    await waiting(server, 2)
    (await fill(alice, path)).ok()
    assert [(await answer).ok().body for answer in early] == [b"tea", b"tea"]
    assert server.teahouse.media._arrivals._waiting == {}


async def test_who_has_waited_long_enough_is_told_so(
    alice: Person, bob: Person, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await created(alice)
    for route in (DOWNLOAD, "/_matrix/client/v1/media/thumbnail"):
        answer = await bob.get(f"{route}/{path}", timeout_ms=10, width=32, height=32)
        answer.refused(504, "M_NOT_YET_UPLOADED")
    (await bob.get(f"{DOWNLOAD}/{path}", timeout_ms="long")).refused(400, "M_INVALID_PARAM")
    answer = await Person(bob.http).get(f"/_matrix/media/v3/download/{path}")
    answer.refused(504, "M_NOT_YET_UPLOADED")
    monkeypatch.setattr(arrivals, "MOST_WAITING", 1)
    first = asyncio.create_task(bob.get(f"{DOWNLOAD}/{path}"))
    await waiting(server, 1)
    (await bob.get(f"{DOWNLOAD}/{path}")).refused(504, "M_NOT_YET_UPLOADED")
    server.teahouse.end_waiting()
    (await first).refused(504, "M_NOT_YET_UPLOADED")


async def test_an_address_is_good_for_a_day(settings: config.Config) -> None:
    clock = ManualClock()
    async with running(settings, clock) as server, client_of(server.url) as http:
        alice = await sign_up(http, "alice")
        answer = (await alice.post(CREATE)).ok()
        assert answer["unused_expires_at"] == clock.now_ms() + DAY_MS
        path = answer["content_uri"].removeprefix("mxc://")
        clock.advance(DAY_MS - 1)
        (await alice.get(f"{DOWNLOAD}/{path}", timeout_ms=0)).refused(504, "M_NOT_YET_UPLOADED")
        clock.advance(1)
        (await fill(alice, path)).refused(404, "M_NOT_FOUND")
        (await alice.get(f"{DOWNLOAD}/{path}")).refused(404, "M_NOT_FOUND")
        await server.teahouse.media.upkeep()
        (await fill(alice, path)).refused(404, "M_NOT_FOUND")


async def test_only_so_many_addresses_may_wait_for_content(
    alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "MOST_PENDING", 3)
    paths = [await created(alice) for _ in range(3)]
    refused = (await alice.post(CREATE)).refused(429, "M_LIMIT_EXCEEDED")
    assert refused["retry_after_ms"] > 0
    await created(bob)
    (await fill(alice, paths[0])).ok()
    await created(alice)
