"""A real HTTP endpoint on a free port of this machine, which notes what it is sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
import uvicorn


@dataclass(frozen=True)
class Received:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass
class Response:
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)


Answering = Callable[[Received], Awaitable[Response]]


async def all_well(_: Received) -> Response:
    return Response()


@dataclass
class Endpoint:
    """`answer` may be changed while it runs."""

    answer: Answering = all_well
    received: list[Received] = field(default_factory=list)
    url: str = ""
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def has(self, count: int, seconds: float = 10) -> list[Received]:
        """What was received, once there are `count`."""
        async with asyncio.timeout(seconds):
            while len(self.received) < count:
                self._news.clear()
                await self._news.wait()
        return self.received

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        received = Received(scope["method"], scope["path"], headers, body)
        self.received.append(received)
        self._news.set()
        response = await self.answer(received)
        lines = [(name.encode(), value.encode()) for name, value in response.headers.items()]
        await send({"type": "http.response.start", "status": response.status, "headers": lines})
        await send({"type": "http.response.body", "body": response.body})


@asynccontextmanager
async def endpoint(answer: Answering = all_well) -> AsyncIterator[Endpoint]:
    made = Endpoint(answer)
    config = uvicorn.Config(made, host="127.0.0.1", port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    made.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        await server.shutdown()
