"""The web app's files, their headers, and what is not to be had."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from teahouse.kit.clock import SystemClock
from teahouse.kit.http import Requester
from teahouse.kit.http.access import Query
from teahouse.kit.http.gate import Gate
from teahouse.kit.http.server import build_app
from teahouse.kit.limits import Limits
from teahouse.webapp.serving import accepted_encodings, serve_site
from teahouse.webapp.site import Site, is_trick

SCRIPT = b"console.log('tea');" * 100
NAME = "index-Ab12_-cd.js"


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>Teahouse</title>")
    (folder / "sw.js").write_text("// service worker")
    (folder / "assets" / NAME).write_bytes(SCRIPT)
    (folder / "assets" / f"{NAME}.gz").write_bytes(gzip.compress(SCRIPT))
    (folder / "assets/crypto-12345678.wasm").write_bytes(b"\0asm")
    (tmp_path / "secret.txt").write_text("not for you")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    return folder


class NoAccounts:
    def known(self, token: str) -> None:
        return None

    def service(self, token: str) -> None:
        return None

    async def authenticate(self, token: str, query: Query) -> Requester:
        raise AssertionError


def site_app(dist: Path) -> Gate:
    limits = Limits(SystemClock())
    return build_app([], NoAccounts(), limits, web_app=serve_site(Site(dist)))


@pytest.fixture
async def browser(dist: Path) -> AsyncIterator[httpx.AsyncClient]:
    app = site_app(dist)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://tea.test") as client:
        client.headers["accept-encoding"] = "identity"
        yield client


async def test_every_page_of_the_app_is_its_index(browser: httpx.AsyncClient) -> None:
    for path in ("/", "/chats", "/chats/!room:example.org", "/me/%E8%8C%B6"):
        answer = await browser.get(path)
        assert answer.status_code == 200, path
        assert answer.text == "<title>Teahouse</title>"
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["cache-control"] == "no-cache"


async def test_a_hashed_file_is_kept_forever_and_the_service_worker_is_not(
    browser: httpx.AsyncClient,
) -> None:
    script = await browser.get(f"/assets/{NAME}")
    assert "immutable" in script.headers["cache-control"]
    assert (await browser.get("/sw.js")).headers["cache-control"] == "no-cache"


async def test_web_assembly_has_its_type(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/assets/crypto-12345678.wasm")
    assert answer.headers["content-type"] == "application/wasm"


async def test_a_compressed_form_is_sent_to_those_who_accept_it(
    browser: httpx.AsyncClient,
) -> None:
    plain = await browser.get(f"/assets/{NAME}")
    small = await browser.get(f"/assets/{NAME}", headers={"accept-encoding": "gzip, br"})
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert int(small.headers["content-length"]) < int(plain.headers["content-length"])
    assert plain.content == small.content == SCRIPT
    assert plain.headers["etag"] != small.headers["etag"]
    assert plain.headers["vary"] == small.headers["vary"] == "Accept-Encoding"


async def test_what_has_not_changed_is_not_sent_again(browser: httpx.AsyncClient) -> None:
    tag = (await browser.get("/")).headers["etag"]
    again = await browser.get("/", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    other = await browser.get("/", headers={"if-none-match": '"another"'})
    assert other.status_code == 200


async def test_the_policy_allows_the_app_and_nothing_else(browser: httpx.AsyncClient) -> None:
    for path in ("/", "/chats", f"/assets/{NAME}"):
        headers = (await browser.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe-inline" not in policy
        assert " 'unsafe-eval'" not in policy
        assert "http" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "microphone=(self)" in headers["permissions-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/chats/%2E%2E/%2e%2e/secret.txt",
        "/assets%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "/chats/%00",
        "/%252e%252e/secret.txt",
        "//secret.txt",
        "/link.txt",
        "/assets/missing-12345678.js",
        "/missing.png",
        "/assets",
        f"/assets/{NAME}.gz",
        "/_matrix",
        "/_nothing/here",
        "/.well-known",
        "/.env",
    ],
)
async def test_tricks_with_paths_find_nothing(dist: Path, path: str) -> None:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    app = site_app(dist)
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"tea.test")],
        "server": ("tea.test", 80),
        "client": ("127.0.0.1", 1),
    }
    await app(scope, receive, send)
    assert sent[0]["status"] == 404
    assert b"not for you" not in b"".join(part.get("body", b"") for part in sent)


async def test_only_reading_is_allowed(browser: httpx.AsyncClient) -> None:
    assert (await browser.post("/chats")).status_code == 405
    head = await browser.head("/")
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) == len("<title>Teahouse</title>")


def test_a_coding_that_is_refused_is_not_accepted() -> None:
    assert accepted_encodings("gzip;q=0, br;q=0.5, identity") == {"br", "identity"}


def test_an_ordinary_path_is_no_trick() -> None:
    assert not is_trick("/chats/!room:example.org/a.b..c")
    assert is_trick("/chats/../x")
