"""The one guard for URLs that a user supplies, and the client that asks them.

A name is resolved once; all its addresses must be of the open internet, and the connection goes to
one that was checked, so that a name which changes its mind gains nothing. TLS still checks the
name. No redirect is followed, no proxy of the environment is used, an answer is cut off by time and
size. Odd notations (0x7f.1, 2130706433) become addresses when they are resolved, like any name.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import httpcore

MAX_URL_CHARS = 2_000
MAX_ANSWER_BYTES = 64 << 10
TIMEOUT_SECONDS = 10.0
MAX_CONNECTIONS = 160
"""More than are pushed through at once: previews don't wait for gateways that hang."""
KEEP_SECONDS = 30.0

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
ISATAP = (0x00005EFE, 0x02005EFE)
"""What stands before the IPv4 address in the second half of an IPv6 one (RFC 5214, 6.1)."""

CLOSED = tuple(
    map(
        ipaddress.ip_network,
        (
            "192.0.0.0/24",
            "192.88.99.0/24",
            "64:ff9b:1::/48",
            "100:0:0:1::/64",
            "3fff::/20",
            "5f00::/16",
        ),
    )
)
"""Not of the open internet, though Python's table does not say so.

Source: IANA's registries of special-purpose addresses
"""
OPEN = tuple(map(ipaddress.ip_address, ("192.0.0.9", "192.0.0.10")))
"""But these are."""


class UrlRefused(Exception):
    """This URL, or where it leads to, is not for this server to ask."""


class NoAnswer(Exception):
    """Nothing could be heard, or not in time, or too much."""


@dataclass(frozen=True, slots=True)
class UrlAnswer:
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    is_whole: bool = True


def check_url(url: str, *, allow_private: bool, plain_http: bool = False) -> None:
    """What can be told without asking anybody. Errors: UrlRefused."""
    if len(url) > MAX_URL_CHARS or any(not "\x21" <= char <= "\x7e" for char in url):
        raise UrlRefused("The URL is too long, or not printable ASCII")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise UrlRefused("This is not a URL") from None
    is_plain = parts.scheme == "http" and (plain_http or allow_private)
    if parts.scheme != "https" and not is_plain:
        raise UrlRefused("The URL must begin with https://")
    if not host or "@" in parts.netloc or "\\" in url or port == 0:
        raise UrlRefused("The URL must name a host, and no user")
    if not allow_private:
        _check_literal(host)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet, in each of the ways to write it."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    return all(_is_open(one) for one in _meant(parsed))


def _meant(address: IpAddress) -> Iterable[IpAddress]:
    """The address, and those that are hidden in it."""
    yield address
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            yield address.ipv4_mapped
        if address.sixtofour is not None:
            yield address.sixtofour
        if address.teredo is not None:
            yield from address.teredo
        before, last = divmod(int(address), 1 << 32)
        if address in NAT64 or before == 0 or before & 0xFFFFFFFF in ISATAP:
            yield ipaddress.IPv4Address(last)


def _is_open(address: IpAddress) -> bool:
    if address in OPEN:
        return True
    return not any(address in network for network in CLOSED) and (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not (isinstance(address, ipaddress.IPv6Address) and address.is_site_local)
    )


def _check_literal(host: str) -> None:
    try:
        is_private = not is_public(host)
    except ValueError:
        return
    if is_private:
        raise UrlRefused("The URL leads to an address that is not public")


class UrlClient:
    """Asks URLs that users supplied. Made without loading what it needs; that is at first use."""

    def __init__(self, *, allow_private: bool) -> None:
        self.allow_private = allow_private
        self._pool: httpcore.AsyncConnectionPool | None = None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> UrlAnswer:
        """An answer that is too long is none. Errors: UrlRefused, NoAnswer."""
        check_url(url, allow_private=self.allow_private)
        answer = await self._ask("POST", url, body, headers, MAX_ANSWER_BYTES)
        if not answer.is_whole:
            raise NoAnswer("too long")
        return answer

    async def get(self, url: str, headers: Mapping[str, str], *, most_bytes: int) -> UrlAnswer:
        """Also by plain HTTP; the body is cut off at `most_bytes`. Errors: UrlRefused, NoAnswer."""
        check_url(url, allow_private=self.allow_private, plain_http=True)
        return await self._ask("GET", url, None, headers, most_bytes)

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.aclose()

    async def _ask(
        self,
        method: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
        most_bytes: int,
    ) -> UrlAnswer:
        import httpcore

        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                return await self._stream(method, url, body, headers, most_bytes)
        except (
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.TimeoutException,
            OSError,
        ) as error:
            raise NoAnswer(type(error).__name__) from None

    async def _stream(
        self,
        method: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
        most_bytes: int,
    ) -> UrlAnswer:
        given = [(name.encode(), value.encode()) for name, value in headers.items()]
        async with self._opened().stream(method, url, headers=given, content=body) as answer:
            received = bytearray()
            async for chunk in answer.aiter_stream():
                received += chunk
                if len(received) > most_bytes:
                    break
        lines = {name.decode("latin-1").lower(): v.decode("latin-1") for name, v in answer.headers}
        is_whole = len(received) <= most_bytes
        return UrlAnswer(answer.status, lines, bytes(received[:most_bytes]), is_whole)

    def _opened(self) -> httpcore.AsyncConnectionPool:
        if self._pool is None:
            import httpcore

            self._pool = httpcore.AsyncConnectionPool(
                max_connections=MAX_CONNECTIONS,
                keepalive_expiry=KEEP_SECONDS,
                network_backend=_guarded(allow_private=self.allow_private),
            )
        return self._pool


async def addresses_of(host: str, port: int, *, allow_private: bool) -> list[str]:
    """Those that may be connected to. Errors: UrlRefused when one of them is not public."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
    if not allow_private and not all(is_public(address) for address in addresses):
        raise UrlRefused("The URL leads to an address that is not public")
    return addresses


def _guarded(*, allow_private: bool) -> httpcore.AsyncNetworkBackend:
    import httpcore

    class Guarded(httpcore.AnyIOBackend):
        """Connects to addresses that were checked, never to names."""

        async def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> Any:
            addresses = await addresses_of(host, port, allow_private=allow_private)
            for address in addresses[:-1]:
                try:
                    return await super().connect_tcp(address, port, *args, **kwargs)
                except httpcore.NetworkError:
                    continue
            return await super().connect_tcp(addresses[-1], port, *args, **kwargs)

        async def connect_unix_socket(self, *_: Any, **__: Any) -> Any:
            raise UrlRefused("Not a URL of the network")

    return Guarded()
