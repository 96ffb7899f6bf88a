"""HTTPX asking through aiohttp, which takes a third of the CPU that HTTPX's own way takes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import httpx
import yarl

MADE_UP = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")
"""aiohttp would add these; HTTPX has said what is to be sent."""


class LightTransport(httpx.AsyncHTTPTransport):
    """To servers of the tests: what is asked is sent as it is, once, without cookies.

    A body that comes in pieces goes HTTPX's own way.
    """

    def __init__(self) -> None:
        # Reading the certificates of the world takes longer than most tests.
        super().__init__(trust_env=False, verify=False)
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            body = request.content
        except httpx.RequestNotRead:
            return await super().handle_async_request(request)
        session = self._session = self._session or _session()
        wanted = request.extensions["timeout"]
        timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=wanted["connect"], sock_read=wanted["read"]
        )
        try:
            answer = await session.request(
                request.method,
                yarl.URL(str(request.url), encoded=True),
                headers=_headers(request),
                data=body or None,
                timeout=timeout,
                allow_redirects=False,
            )
        except aiohttp.ClientConnectorError as error:
            raise httpx.ConnectError(str(error)) from error
        except aiohttp.ServerTimeoutError as error:
            raise httpx.ReadTimeout(str(error)) from error
        except aiohttp.ClientError as error:
            raise httpx.RemoteProtocolError(str(error)) from error
        return httpx.Response(answer.status, headers=answer.raw_headers, stream=_Stream(answer))

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()
        await super().aclose()


class _Stream(httpx.AsyncByteStream):
    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._answer.content.iter_any():
                yield piece
        except aiohttp.ServerTimeoutError as error:
            raise httpx.ReadTimeout(str(error)) from error
        except aiohttp.ClientError as error:
            raise httpx.RemoteProtocolError(str(error)) from error

    async def aclose(self) -> None:
        self._answer.close()


def _session() -> aiohttp.ClientSession:
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, ssl=False),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        skip_auto_headers=MADE_UP,
        max_line_size=1 << 20,
        max_field_size=1 << 20,
    )
    session._retry_connection = False
    return session


def _headers(request: httpx.Request) -> list[tuple[str, str]]:
    """aiohttp frames the body itself."""
    return [
        (name.decode(), value.decode())
        for name, value in request.headers.raw
        if name.lower() not in (b"transfer-encoding", b"content-length")
    ]
