"""What can be done to a connection before anybody has said who they are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from teahouse.kit.http.connection import MAX_HEAD_BYTES, MAX_HEADERS, MAX_PIPELINED
from tests.server import Server

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

VERSIONS = b"GET /_matrix/client/versions HTTP/1.1\r\nHost: localhost\r\n"
LOGIN = b"POST /_matrix/client/v3/login HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = LOGIN + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
MANY_BYTES = 10 << 20


class Socket:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def send_for_ever(self, data: bytes, most_bytes: int = MANY_BYTES) -> int:
        """How many bytes went out before the server closed."""
        piece = data * max(1, 16_384 // len(data))
        sent = 0
        with suppress(ConnectionError):
            while sent < most_bytes and not self._reader.at_eof():
                await self.send(piece)
                sent += len(piece)
        return sent

    async def status(self) -> int:
        return int((await self._reader.readline()).split()[1])

    async def rest(self) -> bytes:
        """All that comes until the server closes."""
        got = b""
        with suppress(ConnectionError):
            while piece := await self._reader.read(65_536):
                got += piece
        return got


@asynccontextmanager
async def connected(server: Server, address: str = "127.0.0.1") -> AsyncIterator[Socket]:
    port = int(server.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
    try:
        yield Socket(reader, writer)
    finally:
        writer.transport.abort()


def held(server: Server) -> Any:
    """The server's side of the only connection."""
    (connection,) = server.connections
    return connection


ENDLESS = {
    "headers": (VERSIONS, b"a:\r\n"),
    "one header's value": (VERSIONS + b"a: ", b"x"),
    "one header's name": (VERSIONS, b"x"),
    "the address": (b"GET /", b"x"),
    "trailers": (CHUNKED, b"a:\r\n"),
    "one trailer": (CHUNKED + b"a: ", b"x"),
    "what a chunk says of itself": (LOGIN + b"Transfer-Encoding: chunked\r\n\r\n2;a=", b"x"),
    "lines before a request": (b"", b"\r\n"),
}


@pytest.mark.parametrize("what", ENDLESS)
async def test_a_request_that_never_comes_to_its_body_is_cut_off(server: Server, what: str) -> None:
    begin, more = ENDLESS[what]
    async with connected(server) as socket:
        await socket.send(begin)
        assert await socket.send_for_ever(more) < MANY_BYTES


async def test_whose_headers_are_too_large_is_told_so(server: Server) -> None:
    value = b"x" * (MAX_HEAD_BYTES // 4)
    for count, status in ((3, 200), (4, 431)):
        async with connected(server) as socket:
            await socket.send(VERSIONS + b"a: %s\r\n" % value * count + b"\r\n")
            assert await socket.status() == status
    assert b"M_TOO_LARGE" in await refusal(server, VERSIONS + b"a: %s\r\n" % value * 4 + b"\r\n")


async def refusal(server: Server, request: bytes) -> bytes:
    async with connected(server) as socket:
        await socket.send(request)
        return await socket.rest()


async def test_whose_headers_are_too_many_is_told_so(server: Server) -> None:
    for count, status in ((MAX_HEADERS - 1, 200), (MAX_HEADERS, 431)):
        async with connected(server) as socket:
            await socket.send(VERSIONS + b"a:\r\n" * count + b"\r\n")
            assert await socket.status() == status


async def test_requests_ahead_of_an_answer_are_few(server: Server) -> None:
    async with connected(server) as socket:
        await socket.send((VERSIONS + b"\r\n") * MAX_PIPELINED)
        for _ in range(MAX_PIPELINED):
            assert b"200" in await socket._reader.readline()
            await socket._reader.readuntil(b"}")
    async with connected(server) as socket:
        await socket.send((VERSIONS + b"\r\n") * 1000)
        assert (await socket.rest()).count(b"HTTP/1.1 200") <= MAX_PIPELINED
