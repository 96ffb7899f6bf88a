"""A whole server inside the test, spoken to through HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn

from teahouse.app import Teahouse
from teahouse.config import Config
from teahouse.kit.clock import Clock
from teahouse.serve import DRAIN_SECONDS, uvicorn_config


@dataclass
class Server:
    teahouse: Teahouse
    url: str
    connections: Collection[Any]
    """Of clients, as the server has them."""


@asynccontextmanager
async def running(config: Config, clock: Clock | None = None) -> AsyncIterator[Server]:
    """Starts a server on a free port; what is in flight is finished before it stops."""
    config.data.mkdir(parents=True, exist_ok=True)
    teahouse = Teahouse(config, clock)
    await teahouse.start()
    server = uvicorn.Server(uvicorn_config(teahouse, config))
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup()
    await server.on_tick(0)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Server(teahouse, f"http://127.0.0.1:{port}", server.server_state.connections)
    finally:
        await _stop(server)
        await teahouse.stop()


async def _stop(server: uvicorn.Server) -> None:
    """Uvicorn's own way sleeps a fifth of a second, which a thousand tests would wait for."""
    for listener in server.servers:
        listener.close()
    for connection in list(server.server_state.connections):
        connection.shutdown()
    if server.server_state.tasks:
        await asyncio.wait(server.server_state.tasks, timeout=DRAIN_SECONDS)
