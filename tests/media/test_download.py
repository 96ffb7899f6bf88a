"""Downloads: who may, under which headers, and what is not found."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.media.pictures import picture
from tests.media.test_upload import uploaded
from tests.people import Person, segment

DOWNLOAD = "/_matrix/client/v1/media/download"
LEGACY = "/_matrix/media/v3"
SCRIPT = b"<script>alert(1)</script>"


async def test_a_download_needs_a_token(alice: Person) -> None:
    path = await uploaded(alice, b"tea")
    stranger = Person(alice.http)
    (await stranger.get(f"{DOWNLOAD}/{path}")).refused(401, "M_MISSING_TOKEN")
    (await stranger.get(f"{DOWNLOAD}/{path}/x.txt")).refused(401, "M_MISSING_TOKEN")
    (await alice.get(f"{DOWNLOAD}/{path}")).ok()


@pytest.mark.parametrize("route", ["download/{}", "download/{}/tea.txt", "thumbnail/{}"])
async def test_the_routes_of_old_clients_serve_only_who_is_signed_in(
    alice: Person, route: str
) -> None:
    path = await uploaded(alice, picture(40, 40, "PNG"), "image/png")
    url = f"{LEGACY}/{route.format(path)}"
    answer = await alice.get(url, width=32, height=32)
    assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
    (await Person(alice.http).get(url, width=32, height=32)).refused(404, "M_NOT_FOUND")
    (await Person(alice.http, access_token="wrong").get(url)).refused(401, "M_UNKNOWN_TOKEN")


async def test_a_name_can_be_given_in_the_path(alice: Person) -> None:
    path = await uploaded(alice, b"tea", "text/plain", "mine.txt")
    answer = await alice.get(f"{DOWNLOAD}/{path}/{segment('茶/叶.txt')}")
    expected = f"inline; filename*=utf-8''{quote('茶/叶.txt', safe='')}"
    assert answer.headers["content-disposition"] == expected


async def test_a_name_can_not_break_out_of_its_header(alice: Person) -> None:
    path = await uploaded(alice, b"tea", "text/plain", 'a"; x="\\\r\nSet-Cookie: tea=1')
    headers = (await alice.get(f"{DOWNLOAD}/{path}")).headers
    expected = 'inline; filename="a\\"; x=\\"\\\\Set-Cookie: tea=1"'
    assert headers["content-disposition"] == expected
    assert "set-cookie" not in headers


@pytest.mark.parametrize(
    ("type", "kind"),
    [
        ("image/png", "inline"),
        ("text/plain; charset=utf-8", "inline"),
        ("video/mp4", "inline"),
        ("text/html", "attachment"),
        ("image/svg+xml", "attachment"),
        ("application/xhtml+xml", "attachment"),
        ("application/pdf", "attachment"),
        ("application/octet-stream", "attachment"),
    ],
)
async def test_only_safe_types_are_shown_inline(alice: Person, type: str, kind: str) -> None:
    path = await uploaded(alice, SCRIPT, type)
    headers = (await alice.get(f"{DOWNLOAD}/{path}")).headers
    assert headers["content-disposition"] == kind
    assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert headers["cache-control"].startswith("private")


@pytest.mark.parametrize(
    "address",
    [
        "{server}/aaaaaaaaaaaaaaaaaaaaaaaa",
        "elsewhere.example/{id}",
        "localhost:1/{id}",
        "{server}/..%2F..%2Fteahouse.db",
        "%2E%2E/{id}",
        "{server}/{id}%00",
        "{server}/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "127.0.0.1%2f..%2f..%2fetc/passwd",
        "{server}/{id}x",
        "{server}/" + "a" * 2000,
    ],
)
async def test_what_is_not_here_is_not_found(alice: Person, address: str) -> None:
    server_name, _, media_id = (await uploaded(alice, b"tea")).partition("/")
    asked = address.replace("{server}", server_name).replace("{id}", media_id)
    for route in (DOWNLOAD, "/_matrix/client/v1/media/thumbnail"):
        answer = await alice.get(f"{route}/{asked}", width=32, height=32)
        assert answer.status in (400, 404)
        assert answer.errcode in ("M_NOT_FOUND", "M_INVALID_PARAM")
        if "%00" not in asked:
            answer.refused(404, "M_NOT_FOUND")


async def ask_for(person: Person, path: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    headers["Authorization"] = f"Bearer {person.access_token}"
    answer = await person.http.get(f"{DOWNLOAD}/{path}", headers=headers)
    return answer.status_code, answer.content, dict(answer.headers)


@pytest.mark.parametrize(
    ("range", "status", "content", "content_range"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=4-", 206, b"456789", "bytes 4-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=-99", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("bytes=0-1,4-5", 200, b"0123456789", None),
        ("bytes=5-2", 200, b"0123456789", None),
        ("pages=1-2", 200, b"0123456789", None),
        ("bytes=-", 200, b"0123456789", None),
    ],
)
async def test_a_part_can_be_asked_for(
    alice: Person, range: str, status: int, content: bytes, content_range: str | None
) -> None:
    path = await uploaded(alice, b"0123456789")
    answer = await ask_for(alice, path, Range=range)
    assert answer[:2] == (status, content)
    assert answer[2].get("content-range") == content_range
    assert answer[2]["content-length"] == str(len(content))


async def test_a_part_beyond_the_end_is_refused(alice: Person) -> None:
    path = await uploaded(alice, b"0123456789")
    status, _, headers = await ask_for(alice, path, Range="bytes=10-")
    assert (status, headers["content-range"]) == (416, "bytes */10")


async def test_what_the_client_has_is_not_sent_again(alice: Person) -> None:
    path = await uploaded(alice, b"tea")
    tag = (await ask_for(alice, path))[2]["etag"]
    assert (await ask_for(alice, path, **{"If-None-Match": tag}))[:2] == (304, b"")
    assert (await ask_for(alice, path, **{"If-None-Match": '"x"'}))[:2] == (200, b"tea")
