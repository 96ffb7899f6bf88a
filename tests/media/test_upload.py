"""Uploading, and what is refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import quote

import httpx
import psutil
import pytest

from teahouse import config
from teahouse.homeserver.media import uploading
from teahouse.kit.limits import LIMITS, Limit
from tests.media.files import arriving, contents
from tests.people import Answer, Person, client_of, sign_up
from tests.server import Server, running

UPLOAD = "/_matrix/media/v3/upload"


@pytest.fixture
def settings(settings: config.Config) -> config.Config:
    return replace(settings, max_upload_bytes=10 << 20)


async def upload(
    person: Person, content: bytes, type: str | None = "text/plain", filename: str | None = None
) -> Answer:
    headers = {"Authorization": f"Bearer {person.access_token}"}
    if type is not None:
        headers["Content-Type"] = type
    query = f"?filename={quote(filename)}" if filename is not None else ""
    answer = await person.http.post(UPLOAD + query, content=content, headers=headers)
    return Answer(answer.status_code, answer.json(), answer.headers)


async def uploaded(person: Person, content: bytes, *more: str | None) -> str:
    """The path of the upload's address: server name and media id."""
    address: str = (await upload(person, content, *more)).ok()["content_uri"]
    return address.removeprefix("mxc://")


async def test_alice_uploads_and_bob_downloads_the_same_bytes(alice: Person, bob: Person) -> None:
    tea = bytes(range(256)) * 5000
    path = await uploaded(alice, tea, "application/octet-stream")
    answer = (await bob.get(f"/_matrix/client/v1/media/download/{path}")).ok()
    assert answer.body == tea
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment"
    assert answer.headers["content-length"] == str(len(tea))


async def test_nothing_can_be_uploaded_without_a_token(server: Server, alice: Person) -> None:
    stranger = Person(alice.http)
    (await stranger.call("POST", UPLOAD, b"tea")).refused(401, "M_MISSING_TOKEN")
    (await stranger.call("POST", UPLOAD, b"tea", token="wrong")).refused(401, "M_UNKNOWN_TOKEN")
    assert await contents(server) == []


async def test_equal_content_is_kept_once_under_two_addresses(
    server: Server, alice: Person, bob: Person
) -> None:
    first = await uploaded(alice, b"the same tea", "text/plain", "mine.txt")
    second = await uploaded(bob, b"the same tea", "text/plain", "yours.txt")
    assert first != second
    assert len(await contents(server)) == 1
    answer = await alice.get(f"/_matrix/client/v1/media/download/{second}")
    assert answer.body == b"the same tea"
    assert answer.headers["content-disposition"] == 'inline; filename="yours.txt"'


async def test_what_is_too_large_is_refused_and_leaves_nothing(
    server: Server, alice: Person
) -> None:
    limit = server.teahouse.config.max_upload_bytes
    (await upload(alice, bytes(limit + 1))).refused(413, "M_TOO_LARGE")
    assert await contents(server) == []
    (await upload(alice, bytes(limit))).ok()


async def test_what_turns_out_too_large_on_the_way_is_refused_too(
    server: Server, alice: Person
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(11 * 16):
            yield bytes(64 << 10)

    headers = {"Authorization": f"Bearer {alice.access_token}"}
    answer = await alice.http.post(UPLOAD, content=endless(), headers=headers)
    assert (answer.status_code, answer.json()["errcode"]) == (413, "M_TOO_LARGE")
    assert await contents(server) == []


async def test_large_uploads_and_downloads_pass_through_in_pieces(
    server: Server, alice: Person
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(160):
            yield bytes(64 << 10)

    headers = {"Authorization": f"Bearer {alice.access_token}"}
    process = psutil.Process()
    before = process.memory_info().rss
    answer = await alice.http.post(UPLOAD, content=pieces(), headers=headers)
    path = answer.json()["content_uri"].removeprefix("mxc://")
    received = 0
    url = f"/_matrix/client/v1/media/download/{path}"
    async with alice.http.stream("GET", url, headers=headers) as download:
        async for chunk in download.aiter_raw():
            received += len(chunk)
    assert received == 10 << 20
    # What goes to a storage goes in parts of 5 MiB; tests/kit sends it more than memory may take.
    most = 24 << 20 if server.teahouse.config.objects else 8 << 20
    assert process.memory_info().rss - before < most


async def test_an_upload_that_breaks_off_leaves_nothing(server: Server, alice: Person) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield bytes(3 << 20)
        raise ConnectionError

    headers = {"Authorization": f"Bearer {alice.access_token}", "Content-Length": str(5 << 20)}
    with pytest.raises(ConnectionError):
        await alice.http.post(UPLOAD, content=breaking(), headers=headers)
    await uploaded(alice, b"the next one")
    async with asyncio.timeout(5):
        while arriving(server):
            await asyncio.sleep(0.01)
    assert len(await contents(server)) == 1


async def test_only_so_many_uploads_of_one_person_may_arrive_at_once(
    alice: Person, bob: Person, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "MOST_AT_ONCE", 1)
    go_on = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"t"
        await go_on.wait()
        yield b"ea"

    headers = {"Authorization": f"Bearer {alice.access_token}"}
    first = asyncio.create_task(alice.http.post(UPLOAD, content=slow(), headers=headers))
    while not server.teahouse.media.uploads._under_way:
        await asyncio.sleep(0)
    (await upload(alice, b"more tea")).refused(429, "M_LIMIT_EXCEEDED")
    (await upload(bob, b"bob's tea")).ok()
    go_on.set()
    assert (await first).status_code == 200
    (await upload(alice, b"more tea")).ok()


async def test_a_file_that_is_lost_is_not_found(alice: Person, server: Server) -> None:
    path = await uploaded(alice, b"tea")
    await server.teahouse.media.contents.delete(await contents(server))
    for route in ("download", "thumbnail"):
        url = f"/_matrix/client/v1/media/{route}/{path}"
        answer = await alice.get(url, width=32, height=32)
        assert answer.errcode == ("M_NOT_FOUND" if route == "download" else "M_UNKNOWN")


async def test_a_storage_that_is_away_is_told(
    settings: config.Config, bucket: str, storage: str
) -> None:
    away = replace(settings, objects=bucket.replace("tea-", "nobodys-"))
    async with running(away) as server, client_of(server.url) as http:
        alice = await sign_up(http, "alice")
        (await upload(alice, b"tea")).refused(503, "M_UNKNOWN")
        assert arriving(server) == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("text/plain; charset=utf-8", "text/plain; charset=utf-8"),
        ("IMAGE/PNG", "image/png"),
        (None, "application/octet-stream"),
        ("nonsense", "application/octet-stream"),
        ("text/" + "x" * 500, "application/octet-stream"),
    ],
)
async def test_the_type_is_kept_when_it_is_one(alice: Person, given: str | None, kept: str) -> None:
    path = await uploaded(alice, b"tea", given)
    answer = await alice.get(f"/_matrix/client/v1/media/download/{path}")
    assert answer.headers["content-type"] == kept


async def test_the_limit_is_told(alice: Person, server: Server) -> None:
    limit = server.teahouse.config.max_upload_bytes
    for path in ("/_matrix/client/v1/media/config", "/_matrix/media/v3/config"):
        assert (await alice.get(path)).ok()["m.upload.size"] == limit
        (await Person(alice.http).get(path)).refused(401, "M_MISSING_TOKEN")


async def test_uploads_and_downloads_have_a_rate(
    alice: Person, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await uploaded(alice, b"tea")
    monkeypatch.setitem(LIMITS, "media", Limit(per_second=0.001, burst=2))
    monkeypatch.setattr(server.teahouse.limits, "_enabled", True)
    (await upload(alice, b"more tea")).ok()
    (await alice.get(f"/_matrix/client/v1/media/download/{path}")).ok()
    refused = (await upload(alice, b"too much tea")).refused(429, "M_LIMIT_EXCEEDED")
    assert refused["retry_after_ms"] > 0
    assert len(await contents(server)) == 2


async def test_only_posting_uploads(alice: Person) -> None:
    (await alice.get(UPLOAD)).refused(405, "M_UNRECOGNIZED")


async def test_a_broken_query_is_refused(alice: Person, http: httpx.AsyncClient) -> None:
    path = await uploaded(alice, b"tea", "text/plain", "line\nbreak\x7f.txt")
    answer = await alice.get(f"/_matrix/client/v1/media/download/{path}")
    assert answer.headers["content-disposition"] == 'inline; filename="linebreak.txt"'
