"""What a link is about, told by the server."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from teahouse import config
from teahouse.homeserver.previews import cache
from teahouse.homeserver.previews.cache import PreviewCache
from teahouse.kit.clock import ManualClock
from tests.media.files import contents
from tests.media.pictures import picture
from tests.people import Answer, Person, client_of, sign_up
from tests.previews.web import Web, answer, redirect
from tests.server import Server, running

PREVIEW = "/_matrix/client/v1/media/preview_url"
LEGACY = "/_matrix/media/v3/preview_url"
DOWNLOAD = "/_matrix/client/v1/media/download"
HOUR_MS = 3_600_000

TEA = """<!doctype html>
<html prefix="og: http://ogp.me/ns#"><head><title>Tea: all of it</title>
<meta property="og:title" content="Tea &amp; &#33590;">
<meta property="og:description" content="Of leaves
   and    water"><meta name="og:site_name" content="The house">
<meta property="og:type" content="article"><meta property="og:url" content="http://tea.example/">
<meta property="og:video" content="http://elsewhere.example/watching.mp4">
<meta property="og:image" content="leaf.png"></head><body></body></html>
"""


async def preview(person: Person, url: str, **query: Any) -> Answer:
    return await person.get(PREVIEW, url=url, **query)


async def test_a_page_says_what_it_is_about(alice: Person, pages: Web) -> None:
    leaf = picture(40, 30, "PNG")
    pages.pages["/a/tea.html"] = answer(TEA.encode(), "text/html; charset=utf-8")
    pages.pages["/a/leaf.png"] = answer(leaf, "image/png")
    shown = (await preview(alice, f"{pages.url}/a/tea.html#part")).ok().body
    address = shown.pop("og:image")
    assert shown == {
        "og:title": "Tea & 茶",
        "og:description": "Of leaves and water",
        "og:site_name": "The house",
        "og:type": "article",
        "og:url": "http://tea.example/",
        "og:image:type": "image/png",
        "og:image:width": 40,
        "og:image:height": 30,
        "matrix:image:size": len(leaf),
    }
    path = address.removeprefix("mxc://")
    assert (await alice.get(f"{DOWNLOAD}/{path}")).ok().body == leaf
    old = (await alice.get(LEGACY, url=f"{pages.url}/a/tea.html", ts=1_510_610_716_656)).ok()
    assert old["og:image"] == address
    assert pages.asked == {"/a/tea.html": 1, "/a/leaf.png": 1}
    assert all("cookie" not in head.lower() for head in pages.heads)
    assert all(alice.access_token not in head for head in pages.heads)


async def test_a_page_of_few_words_shows_what_it_has(alice: Person, pages: Web) -> None:
    pages.pages["/title"] = answer(b"<title> Only\n a title </title>")
    pages.pages["/heading"] = answer(b"<body><h1>Only <b>a</b> heading</h1>")
    pages.pages["/other"] = answer(
        b"<meta name=twitter:title content=T><meta name=description content=D>"
    )
    pages.pages["/nothing"] = answer(b"")
    pages.pages["/binary"] = answer(bytes(range(256)) * 50, "video/mp4")
    pages.pages["/unknown"] = answer(b"<title>x</title>", None)
    for path, shown in {
        "/title": {"og:title": "Only a title"},
        "/heading": {"og:title": "Only a heading"},
        "/other": {"og:title": "T", "og:description": "D"},
        "/nothing": {},
        "/binary": {},
        "/unknown": {},
    }.items():
        assert (await preview(alice, pages.url + path)).ok().body == shown, path


async def test_a_picture_is_its_own_preview(alice: Person, pages: Web, server: Server) -> None:
    leaf = picture(40, 30, "AVIF")
    pages.pages["/leaf"] = answer(leaf, "image/png")
    shown = (await preview(alice, f"{pages.url}/leaf")).ok()
    assert (shown["og:image:type"], shown["matrix:image:size"]) == ("image/avif", len(leaf))
    pages.pages["/drawing"] = answer(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml")
    assert (await preview(alice, f"{pages.url}/drawing")).ok().body == {}
    assert len(await contents(server)) == 1


async def test_a_page_is_shown_without_a_picture_that_is_none(alice: Person, pages: Web) -> None:
    for name, sent in {
        "missing": None,
        "text": answer(b"no picture", "image/png"),
        "large": answer(bytes((1 << 20) + 1), "image/png"),
        "scheme": None,
    }.items():
        reference = "data:image/png;base64,AAAA" if name == "scheme" else f"{name}.png"
        pages.pages[f"/{name}"] = answer(
            f'<title>T</title><meta property=og:image content="{reference}">'.encode()
        )
        if sent is not None:
            pages.pages[f"/{name}.png"] = sent
        assert (await preview(alice, f"{pages.url}/{name}")).ok().body == {"og:title": "T"}


async def test_moved_pages_are_followed_and_relative_pictures_found(
    alice: Person, pages: Web
) -> None:
    pages.pages["/old"] = redirect("new/")
    pages.pages["/new/"] = redirect(f"{pages.url}/new/place%20one")
    pages.pages["/new/place%20one"] = answer(
        b"<base href=/pictures/><meta property=og:image content='a leaf.png'>"
    )
    pages.pages["/pictures/a%20leaf.png"] = answer(picture(9, 9, "GIF"), "image/gif")
    assert (await preview(alice, f"{pages.url}/old")).ok()["og:image:type"] == "image/gif"


async def test_only_people_who_are_signed_in_are_answered(alice: Person, pages: Web) -> None:
    stranger = Person(alice.http)
    for route in (PREVIEW, LEGACY):
        (await stranger.get(route, url=pages.url)).refused(401, "M_MISSING_TOKEN")
        (await alice.get(route)).refused(400, "M_MISSING_PARAM")
        (await alice.get(route, url=pages.url, ts="late")).refused(400, "M_INVALID_PARAM")
    assert pages.asked == {}


async def test_previews_are_off_unless_they_are_switched_on(
    settings: config.Config, pages: Web
) -> None:
    settings = replace(settings, url_previews=config.defaults().url_previews)
    async with running(settings) as server, client_of(server.url) as http:
        alice = await sign_up(http, "alice")
        for route in (PREVIEW, LEGACY):
            (await alice.get(route, url=pages.url)).refused(404, "M_UNRECOGNIZED")
    assert pages.asked == {}


async def test_those_who_ask_at_once_wait_for_one_answer(
    alice: Person, bob: Person, pages: Web
) -> None:
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(writer: asyncio.StreamWriter) -> None:
        asked.set()
        await go_on.wait()
        writer.write(answer(b"<title>T</title>"))

    pages.pages["/"] = slowly
    asking = [asyncio.create_task(preview(who, pages.url)) for who in (alice, bob) * 3]
    await asked.wait()
    asking[0].cancel()
    go_on.set()
    assert [(await one).ok().body for one in asking[1:]] == [{"og:title": "T"}] * 5
    assert pages.asked["/"] == 1


async def test_a_preview_is_kept_for_an_hour_and_its_picture_while_it_is_read(
    settings: config.Config, pages: Web
) -> None:
    clock = ManualClock()
    async with running(settings, clock) as server, client_of(server.url) as http:
        alice = await sign_up(http, "alice")
        pages.pages["/"] = answer(picture(40, 30, "PNG"), "image/png")
        first = (await preview(alice, pages.url)).ok()["og:image"]
        clock.advance(HOUR_MS - 1)
        await preview(alice, pages.url)
        assert pages.asked["/"] == 1
        clock.advance(1)
        assert (await preview(alice, pages.url)).ok()["og:image"] == first
        assert pages.asked["/"] == 2
        path = first.removeprefix("mxc://")
        clock.advance(6 * 24 * HOUR_MS)
        await server.teahouse.media.upkeep()
        (await alice.get(f"{DOWNLOAD}/{path}")).ok()
        await server.teahouse.media.upkeep()
        clock.advance(8 * 24 * HOUR_MS)
        await server.teahouse.media.upkeep()
        (await alice.get(f"{DOWNLOAD}/{path}")).refused(404, "M_NOT_FOUND")
        pages.pages["/gone"] = answer(b"", status="500 Broken")
        for _ in range(2):
            (await preview(alice, f"{pages.url}/gone")).refused(502, "M_UNKNOWN")
        assert pages.asked["/gone"] == 1
        clock.advance(300_000)
        (await preview(alice, f"{pages.url}/gone")).refused(502, "M_UNKNOWN")
        assert pages.asked["/gone"] == 2


def test_what_is_kept_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST_BYTES", 10_000)
    clock = ManualClock()
    kept = PreviewCache(clock)
    for number in range(100):
        kept.put(f"http://page.example/{number}", b"x" * 700)
    assert kept._size_bytes <= 10_000
    assert kept.get("http://page.example/99") is not None
    assert kept.get("http://page.example/1") is None
    clock.advance(HOUR_MS)
    kept.put("http://page.example/a", None)
    assert list(kept._entries) == ["http://page.example/a"]
