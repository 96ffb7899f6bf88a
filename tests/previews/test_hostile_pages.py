"""Pages that want more than to be looked at, and addresses that lead where nobody should look."""

from __future__ import annotations

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import psutil
import pytest

from teahouse import config
from teahouse.homeserver.previews import service
from teahouse.kit import urls
from tests.people import Person, client_of, sign_up
from tests.previews.test_previews import preview
from tests.previews.web import Web, answer, redirect
from tests.server import running

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"


async def test_an_endless_page_is_cut_off(alice: Person, pages: Web) -> None:
    sent = 0

    async def endless(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(HEAD + b"<title>Endless</title>")
        while True:
            writer.write(b"more tea " * 10_000)
            sent += 90_000
            await writer.drain()

    pages.pages["/"] = endless
    before = psutil.Process().memory_info().rss
    assert (await preview(alice, pages.url)).ok().body == {"og:title": "Endless"}
    assert psutil.Process().memory_info().rss - before < 16 << 20
    assert sent < 16 << 20


async def test_a_slow_page_and_a_slow_picture_are_not_waited_for(
    alice: Person, pages: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def drop_by_drop(writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD)
        while True:
            writer.write(b"<p>")
            await writer.drain()
            await asyncio.sleep(0.01)

    monkeypatch.setattr(service, "FETCH_SECONDS", 0.2)
    pages.pages["/"] = drop_by_drop
    (await preview(alice, pages.url)).refused(502, "M_UNKNOWN")
    monkeypatch.setattr(service, "FETCH_SECONDS", 3.0)
    pages.pages["/page"] = answer(b"<title>T</title><meta property=og:image content=/>")
    assert (await preview(alice, f"{pages.url}/page")).ok().body == {"og:title": "T"}


async def test_pages_that_lead_in_circles_or_say_no_are_no_pages(alice: Person, pages: Web) -> None:
    packed = gzip.compress(bytes(10 << 20))
    pages.pages["/circle"] = redirect("/circle")
    pages.pages["/packed"] = answer(packed, Content_Encoding="gzip")
    pages.pages["/missing"] = answer(b"<title>T</title>", status="404 Not Found")
    pages.pages["/nonsense"] = b"\x00\x01\x02 what?\r\n\r\n"
    pages.pages["/silent"] = b""
    pages.pages["/file"] = redirect("file:///etc/passwd")
    pages.pages["/name"] = redirect("http://user:word@127.0.0.1/")
    pages.pages["/broken"] = redirect("http://[")
    pages.pages["/many"] = b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 100_000 + b"\r\n"
    for path in list(pages.pages):
        (await preview(alice, pages.url + path)).refused(502, "M_UNKNOWN")
    assert pages.asked["/circle"] == 6
    assert all("accept-encoding: identity" in head.lower() for head in pages.heads)


async def test_a_page_that_is_deep_or_costly_is_read_as_far_as_it_goes(
    alice: Person, pages: Web
) -> None:
    deep = b"<title>T</title>" + b"<div>" * 200_000
    pages.pages["/deep"] = answer(deep)
    pages.pages["/tags"] = answer(b"<title>T</title>" + b"<!" * 500_000)
    pages.pages["/comments"] = answer(b"<title>T</title>" + b"<!--" * 250_000)
    pages.pages["/attributes"] = answer(
        b"<title>T</title><meta " + b" ".join(b"a%d" % n for n in range(100_000)) + b">"
    )
    for path in ("/deep", "/tags", "/comments"):
        assert (await preview(alice, pages.url + path)).ok().body == {"og:title": "T"}
    assert (await preview(alice, f"{pages.url}/attributes")).ok().body in ({}, {"og:title": "T"})
    # What the depth limit does not see costs the program its time, and nobody else anything.
    pages.pages["/sly"] = answer(b"<title>T</title>" + b"<b><p></b></p>" * 70_000)
    assert (await preview(alice, f"{pages.url}/sly")).ok().body in ({}, {"og:title": "T"})


@pytest.fixture
async def guarded(settings: config.Config) -> AsyncIterator[Person]:
    """Alice on a server that keeps away from private addresses."""
    settings = replace(settings, allow_private_urls=False)
    async with running(settings) as server, client_of(server.url) as http:
        yield await sign_up(http, "alice")


REFUSED = (
    "http://127.0.0.1:{port}/",
    "http://[::1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/",
    "http://user@example.org/",
    "ftp://example.org/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "gopher://127.0.0.1:{port}/",
    "http://",
    "no address",
    "http://[::1",
    "http://a.example:99999/",
    "http://" + "a" * 70 + ".example/",
    "http://example.org/" + "x" * 2_000,
)
HOME = ("localhost", "127.1", "0x7f.1", "0177.0.0.1", "2130706433", "127。0。0。1", "0")


async def test_an_address_that_is_nobodys_business_is_not_asked(
    guarded: Person, pages: Web
) -> None:
    port = pages.url.rpartition(":")[2]
    for url in REFUSED:
        (await preview(guarded, url.replace("{port}", port))).refused(403, "M_FORBIDDEN")
    for host in HOME:
        answered = await preview(guarded, pages.url.replace("127.0.0.1", host))
        assert (answered.status, answered.errcode) in ((403, "M_FORBIDDEN"), (502, "M_UNKNOWN"))
    assert pages.asked == {}


@pytest.fixture
async def open_internet(pages: Web, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """127.0.0.1 is of the open internet here, and nothing else is that was not.

    Names lead to the first of their addresses, and next time to the next one.
    """
    is_public, names = urls.is_public, dict[str, list[str]]()
    monkeypatch.setattr(
        urls, "is_public", lambda address: address == "127.0.0.1" or is_public(address)
    )
    loop = asyncio.get_running_loop()
    resolve = loop.getaddrinfo

    async def lookup(host: Any, port: Any, **more: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in names:
            return await resolve(host, port, **more)
        address = names[name].pop(0) if len(names[name]) > 1 else names[name][0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(loop, "getaddrinfo", lookup)
    return names


ELSEWHERE = ("127.0.0.2", "[::1]", "0x7f.0.0.2", "2130706434", "private.example", "0")


async def test_a_page_can_not_lead_to_a_private_address(
    guarded: Person, pages: Web, open_internet: dict[str, list[str]]
) -> None:
    open_internet["private.example"] = ["10.0.0.1"]
    port = pages.url.rpartition(":")[2]
    for number, host in enumerate(ELSEWHERE):
        target = f"http://{host}:{port}/secret"
        pages.pages[f"/moved{number}"] = redirect(target)
        pages.pages[f"/page{number}"] = answer(
            f"<title>T</title><meta property=og:image content='{target}'>".encode()
        )
        (await preview(guarded, f"{pages.url}/moved{number}")).refused(502, "M_UNKNOWN")
        shown = await preview(guarded, f"{pages.url}/page{number}")
        assert shown.ok().body == {"og:title": "T"}
    assert "/secret" not in pages.asked


async def test_a_name_that_changes_its_mind_gains_nothing(
    guarded: Person, pages: Web, open_internet: dict[str, list[str]]
) -> None:
    """The address that was checked is the one that is called; each new call is checked anew."""
    open_internet["rebinding.example"] = ["127.0.0.1", "127.0.0.2"]
    url = pages.url.replace("127.0.0.1", "rebinding.example")
    pages.pages["/"] = answer(b"<title>T</title><meta property=og:image content=/secret>")
    assert (await preview(guarded, url)).ok().body == {"og:title": "T"}
    assert pages.asked == {"/": 1}
    assert "host: rebinding.example" in pages.heads[0].lower()
