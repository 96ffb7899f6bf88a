"""An HTTP server of a few lines whose answers a test writes out byte by byte."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bench.http_client import Address


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    target: str
    body: bytes


@dataclass(slots=True)
class TinyServer:
    """What has arrived so far."""

    address: Address
    connections: int = 0
    requests: list[Request] = field(default_factory=list)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a client has closed its connection."""
    _arrival: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, request: Request) -> None:
        self.requests.append(request)
        self._arrival.set()

    async def has_been_asked(self, times: int) -> None:
        while len(self.requests) < times:
            self._arrival.clear()
            await self._arrival.wait()


# The bytes of an answer; None closes the connection without one.
Answer = Callable[[Request], bytes | None]


def ok(body: bytes, status: int = 200) -> bytes:
    return b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body)


@asynccontextmanager
async def tiny_server(answer: Answer) -> AsyncIterator[TinyServer]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tiny.connections += 1
        try:
            while (data := answer(await _read_request(reader, tiny))) is not None:
                writer.write(data)
        except asyncio.IncompleteReadError:
            tiny.hung_up.set()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    tiny = TinyServer(Address(host, port))
    async with server:
        yield tiny


async def _read_request(reader: asyncio.StreamReader, tiny: TinyServer) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *fields = head.strip().split("\r\n")
    headers = dict(line.split(": ", 1) for line in fields)
    body = await reader.readexactly(int(headers.get("Content-Length", "0")))
    method, target, _ = first.split(" ")
    request = Request(method, target, body)
    tiny.note(request)
    return request
