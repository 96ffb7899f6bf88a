"""HTTP/1.1 over kept-alive connections, cheap enough that the server is what is measured."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import cast

import httptools


class ConnectionLost(Exception):
    """The server closed the connection before the answer was complete."""


@dataclass(frozen=True, slots=True)
class Address:
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes


class _Wire(asyncio.Protocol):
    """One socket. httptools calls the `on_` methods while it is fed."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.answered_any = False
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []
        self._answer: asyncio.Future[Reply] | None = None

    @property
    def is_open(self) -> bool:
        return self.transport is not None and not self.transport.is_closing()

    def ask(self, request: bytes) -> asyncio.Future[Reply]:
        if self._answer is not None:
            raise RuntimeError("one request at a time on a connection")
        if self.transport is None:
            raise ConnectionLost
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self._answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not an isinstance check: uvloop's transports don't inherit from asyncio's.
        self.transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self._fail(ConnectionLost(str(exc or "closed by the server")))

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(error)
            self.close()

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        reply = Reply(self._parser.get_status_code(), b"".join(self._body))
        self._body.clear()
        self.answered_any = True
        if not self._parser.should_keep_alive():
            self.close()
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_result(reply)

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()

    def _fail(self, error: Exception) -> None:
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_exception(error)


class Connection:
    """Requests to one address, one at a time; connects when needed."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._wire: _Wire | None = None

    async def exchange(self, request: bytes, *, repeatable: bool = False) -> Reply:
        """Sends `request`, given as the bytes on the wire.

        A server may close an idle connection just as it is used again; a
        repeatable request then goes once more, on a new connection.
        """
        wire = self._wire
        if wire is None or not wire.is_open:
            wire = await self._connect()
        try:
            return await wire.ask(request)
        except ConnectionLost:
            if not (repeatable and wire.answered_any):
                raise
            wire = await self._connect()
            return await wire.ask(request)
        except asyncio.CancelledError:
            self.close()
            raise

    def close(self) -> None:
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    async def _connect(self) -> _Wire:
        loop = asyncio.get_running_loop()
        _, self._wire = await loop.create_connection(_Wire, self._address.host, self._address.port)
        return self._wire


def request_bytes(
    address: Address, method: str, target: str, *, token: str = "", body: bytes | None = None
) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", f"Host: {address.host}:{address.port}"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")
