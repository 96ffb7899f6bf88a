"""URLs that users supply lead to the open internet, or nowhere."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from teahouse.kit import urls
from teahouse.kit.urls import NoAnswer, UrlClient, UrlRefused, addresses_of, check_url, is_public
from tests.endpoint import Endpoint, Received, Response, endpoint

PRIVATE = (
    "127.0.0.1",
    "127.255.0.9",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "192.0.2.1",
    "192.0.0.1",
    "192.0.0.11",
    "192.0.0.170",
    "192.88.99.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "3fff::1",
    "3fff:fff:ffff::1",
    "64:ff9b:1::808:808",
    "5f00::1",
    "2606:4700:1:2:0:5efe:10.0.0.1",
    "2606:4700:1:2:200:5efe:127.0.0.1",
)
OPEN = (
    *("8.8.8.8", "1.1.1.1", "192.0.0.9", "192.0.0.10", "192.0.1.1", "192.88.98.1"),
    *("2606:4700:4700::1111", "2606:4700:1:2:0:5efe:8.8.8.8", "3ffe:ffff::1"),
)
ODD = ("127.1", "0x7f.0.0.1", "0177.0.0.1", "2130706433", "0x7f000001", "localhost", "0")


@pytest.fixture
async def here() -> AsyncIterator[Endpoint]:
    async with endpoint() as here:
        yield here


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_refused(address: str) -> None:
    assert not is_public(address)
    host = f"[{address}]" if ":" in address else address
    if "%" in address:
        host = host.replace("%", "%25")
    with pytest.raises(UrlRefused):
        check_url(f"https://{host}/", allow_private=False)
    if "%" not in address:
        check_url(f"https://{host}/", allow_private=True)


@pytest.mark.parametrize("address", OPEN)
def test_an_address_of_the_open_internet_is_taken(address: str) -> None:
    assert is_public(address)
    host = f"[{address}]" if ":" in address else address
    check_url(f"https://{host}:8443/x?y=z", allow_private=False)


@pytest.mark.parametrize("host", ODD)
async def test_an_odd_notation_is_seen_through(host: str) -> None:
    with pytest.raises(UrlRefused):
        await addresses_of(host, 443, allow_private=False)
    assert await addresses_of(host, 443, allow_private=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "https://",
        "https:///x",
        "//example.org",
        "https://user:word@example.org/",
        "https://example.org@127.0.0.1/",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://[::1/",
        "https://example.org\\@127.0.0.1/",
        "https://example.org/a b",
        "https://example.org/\n",
        "https://茶馆.example/",
        "https://example.org/" + "x" * urls.MAX_URL_CHARS,
    ],
)
def test_what_is_not_a_plain_https_url_is_refused(url: str) -> None:
    with pytest.raises(UrlRefused):
        check_url(url, allow_private=False)


async def test_a_name_that_leads_home_is_not_asked(
    here: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when only one of its addresses does."""

    async def resolve(*_: Any, **__: Any) -> list[Any]:
        inet = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*inet, ("93.184.215.14", 443)), (*inet, ("127.0.0.1", 443))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
    client = UrlClient(allow_private=False)
    with pytest.raises(UrlRefused):
        await client.post(here.url.replace("http", "https"), b"", {})
    with pytest.raises(UrlRefused):
        await client.post(here.url.replace("http://127.0.0.1", "https://a.example"), b"", {})
    await client.close()
    assert here.received == []


async def test_a_name_is_resolved_once_and_the_connection_goes_to_what_was_checked(
    here: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    checked: list[str] = []

    async def resolve(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    def note(address: str) -> bool:
        checked.append(address)
        return True

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
    monkeypatch.setattr(urls, "is_public", note)
    addresses = await addresses_of("a.example", 443, allow_private=False)
    assert (addresses, checked) == (["127.0.0.1"], ["127.0.0.1"])
    asked.clear()
    client = UrlClient(allow_private=True)
    answer = await client.post(here.url.replace("127.0.0.1", "a.example"), b"tea", {"x-y": "z"})
    await client.close()
    assert (answer.status, answer.body) == (200, b"{}")
    assert [name for name in asked if "example" in name] == ["a.example"]
    (received,) = here.received
    assert received.body == b"tea"
    assert received.headers["x-y"] == "z"
    assert received.headers["host"].startswith("a.example:")


async def test_a_redirect_is_not_followed(here: Endpoint) -> None:
    async def move(received: Received) -> Response:
        return Response(302, headers={"location": f"{here.url}/elsewhere"})

    here.answer = move
    client = UrlClient(allow_private=True)
    assert (await client.post(f"{here.url}/a", b"", {})).status == 302
    await client.close()
    assert [received.path for received in here.received] == ["/a"]


async def test_a_long_answer_and_a_late_one_are_none(
    here: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def just_enough(_: Received) -> Response:
        return Response(body=b"x" * urls.MAX_ANSWER_BYTES)

    async def too_long(_: Received) -> Response:
        return Response(body=b"x" * (urls.MAX_ANSWER_BYTES + 1))

    go_on = asyncio.Event()

    async def late(_: Received) -> Response:
        await go_on.wait()
        return Response()

    client = UrlClient(allow_private=True)
    here.answer = just_enough
    assert len((await client.post(here.url, b"", {})).body) == urls.MAX_ANSWER_BYTES
    here.answer = too_long
    with pytest.raises(NoAnswer):
        await client.post(here.url, b"", {})
    here.answer = late
    monkeypatch.setattr(urls, "TIMEOUT_SECONDS", 0.1)
    with pytest.raises(NoAnswer):
        await client.post(here.url, b"", {})
    go_on.set()
    await client.close()


async def test_nobody_there_is_no_answer() -> None:
    client = UrlClient(allow_private=True)
    with pytest.raises(NoAnswer):
        await client.post("http://127.0.0.1:1/", b"", {})
    await client.close()


IPV4 = st.one_of(
    st.integers(0, 2**32 - 1),
    st.builds(
        lambda network, host: int(network[0]) + host % network.num_addresses,
        st.sampled_from(
            [
                ipaddress.IPv4Network(network)
                for network in (
                    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
                    *("172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15"),
                    *("224.0.0.0/4", "240.0.0.0/4"),
                )
            ]
        ),
        st.integers(0, 2**32 - 1),
    ),
).map(ipaddress.IPv4Address)
NUMBERS = (str, hex, lambda number: f"0{number:o}")


@st.composite
def notations(draw: st.DrawFn) -> tuple[ipaddress.IPv4Address, str]:
    """An address, and one of the ways in which resolvers take it."""
    address = draw(IPV4)
    a, b, c, d = address.packed
    parts = draw(
        st.sampled_from(
            [(a, b, c, d), (a, b, c << 8 | d), (a, b << 16 | c << 8 | d), (int(address),)]
        )
    )
    return address, ".".join(draw(st.sampled_from(NUMBERS))(part) for part in parts)


def is_open(address: ipaddress.IPv4Address) -> bool:
    if any(address in ipaddress.ip_network(one) for one in ("192.0.0.0/24", "192.88.99.0/24")):
        return str(address) in OPEN
    return address.is_global and not (address.is_multicast or address.is_reserved)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(notations())
async def test_each_notation_of_an_address_is_that_address(
    notation: tuple[ipaddress.IPv4Address, str],
) -> None:
    address, written = notation
    if is_open(address):
        found = await addresses_of(written, 443, allow_private=False)
        assert found == [str(address)]
    else:
        with pytest.raises(UrlRefused):
            await addresses_of(written, 443, allow_private=False)


@settings(max_examples=300)
@given(IPV4)
def test_an_address_within_an_address_is_seen(address: ipaddress.IPv4Address) -> None:
    value = int(address)
    for hiding in (
        f"::ffff:{address}",
        str(ipaddress.IPv6Address(0x0064_FF9B << 96 | value)),
        str(ipaddress.IPv6Address(0x2002 << 112 | value << 80 | 1)),
        str(ipaddress.IPv6Address(0x2606_4700 << 96 | 0x5EFE << 32 | value)),
    ):
        assert is_open(address) or not is_public(hiding), hiding


@settings(max_examples=300)
@given(st.integers(0, 2**128 - 1).map(ipaddress.IPv6Address))
def test_what_is_taken_is_of_the_open_internet(address: ipaddress.IPv6Address) -> None:
    if is_public(str(address)):
        assert address.is_global
        assert not address.is_multicast
