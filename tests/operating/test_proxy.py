"""HTTPS by our own certificate files, and behind a reverse proxy."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from teahouse import config
from tests.operating.certificates import Certificates, certificates
from tests.operating.proxy import caddy_before
from tests.people import PASSWORD, Person, segment, sign_in, sign_up
from tests.process import ServerProcess
from tests.server import Server, running

FORGED = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}


@pytest.fixture
def tls(tmp_path: Path) -> Certificates:
    return certificates(tmp_path)


@asynccontextmanager
async def client(
    url: str, tls: Certificates, address: str = "127.0.0.1"
) -> AsyncIterator[httpx.AsyncClient]:
    """One that believes our authority, speaks HTTP/2 where it can, and comes from `address`."""
    transport = httpx.AsyncHTTPTransport(
        verify=ssl.create_default_context(cafile=str(tls.authority)),
        http2=True,
        local_address=address,
    )
    async with httpx.AsyncClient(base_url=url, transport=transport, timeout=30) as made:
        yield made


async def test_https_is_served_by_certificate_files(tmp_path: Path, tls: Certificates) -> None:
    flags = ["--tls-cert", str(tls.certificate), "--tls-key", str(tls.key)]
    server = ServerProcess(tmp_path / "data", *flags).wait_until_ready()
    try:
        assert server.url.startswith("https://")
        async with client(server.url, tls) as http:
            alice = await sign_up(http, "alice")
            room_id = await alice.create_room()
            assert await alice.say(room_id, "under the rose")
            known = (await alice.get("/.well-known/matrix/client")).ok()["m.homeserver"]
            assert known["base_url"] == server.url
        async with httpx.AsyncClient(base_url=server.url) as stranger:
            with pytest.raises(httpx.ConnectError):
                await stranger.get("/health")
    finally:
        assert server.stop() == 0


@asynccontextmanager
async def behind_caddy(
    settings: config.Config, tls: Certificates, folder: Path
) -> AsyncIterator[tuple[Server, str]]:
    async with running(replace(settings, trusted_proxy="127.0.0.1/32")) as server:
        with caddy_before(server.url, tls, folder) as url:
            yield server, url


async def seen_at(person: Person) -> str:
    """The address that the server believes the device to be at."""
    await person.get("/account/whoami")
    found: str = (await person.get(f"/devices/{person.device_id}")).ok()["last_seen_ip"]
    return found


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_behind_caddy_all_is_as_without_it(
    settings: config.Config, tls: Certificates, tmp_path: Path
) -> None:
    async with (
        behind_caddy(settings, tls, tmp_path) as (server, url),
        client(url, tls, "127.0.0.2") as http,
    ):
        alice = await sign_up(http, "alice")
        assert (await http.get("/_matrix/client/versions")).http_version == "HTTP/2"
        room_id = await alice.create_room()
        # A slash inside of a segment is not one between two.
        (await alice.set_state(room_id, "m.x/y", {"tea": 1}, "a/b%2F")).ok()
        path = f"/rooms/{segment(room_id)}/state/{segment('m.x/y')}/{segment('a/b%2F')}"
        assert (await alice.get(path)).ok().body == {"tea": 1}
        # A sync waits, and is answered by what comes.
        await alice.sync()
        waiting = asyncio.create_task(alice.sync(timeout=20_000))
        await until_one_waits(server)
        event_id = await alice.say(room_id, "hello")
        timeline = (await waiting)["rooms"]["join"][room_id]["timeline"]["events"]
        assert [event["event_id"] for event in timeline] == [event_id]
        content = bytes(range(256)) * 4096
        upload = await alice.call("POST", "/_matrix/media/v3/upload", content)
        media = upload.ok()["content_uri"].removeprefix("mxc://")
        got = (await alice.get(f"/_matrix/client/v1/media/download/{media}")).ok()
        assert got.body == content
        known = (await alice.get("/.well-known/matrix/client")).ok()["m.homeserver"]
        assert known["base_url"] == url
        (await alice.get("/metrics")).refused(403, "M_FORBIDDEN")


async def until_one_waits(server: Server) -> None:
    view = await server.teahouse.views.user("@alice:localhost")
    while not view.waiters:
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_clients_address_is_believed_from_the_proxy_alone(
    settings: config.Config, tls: Certificates, tmp_path: Path
) -> None:
    async with behind_caddy(settings, tls, tmp_path) as (server, url):
        async with client(url, tls, "127.0.0.2") as http:
            alice = await sign_up(http, "alice")
            again = await sign_in(http, "alice")
            assert await seen_at(again) == "127.0.0.2"
            # Who sends the header themselves is not believed by Caddy, and so not by us.
            http.headers.update(FORGED)
            assert await seen_at(await sign_in(http, "alice")) == "127.0.0.2"
        async with client(server.url, tls, "127.0.0.3") as direct:
            direct.headers.update(FORGED)
            assert await seen_at(await sign_in(direct, alice.user_id)) == "127.0.0.3"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_limits_are_by_the_clients_address(
    settings: config.Config, tls: Certificates, tmp_path: Path
) -> None:
    limited = replace(settings, no_rate_limits=False)

    async def register(http: httpx.AsyncClient, name: str) -> int:
        auth = {"type": "m.login.dummy"}
        body = {"username": name, "password": PASSWORD, "auth": auth}
        return (await Person(http).post("/register", body)).status

    async with (
        behind_caddy(limited, tls, tmp_path) as (_, url),
        client(url, tls, "127.0.0.2") as one,
        client(url, tls, "127.0.0.3") as other,
    ):
        statuses = [await register(one, "x y") for _ in range(30)]
        assert statuses[0] == 400
        assert statuses[-1] == 429
        assert await register(other, "x y") == 400
