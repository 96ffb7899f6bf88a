"""A whole server inside the test, spoken to through HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvicorn

from teahouse.app import Teahouse
from teahouse.config import Config
from teahouse.kit.clock import Clock
from teahouse.serve import uvicorn_config


@dataclass
class Server:
    teahouse: Teahouse
    url: str


@asynccontextmanager
async def running(config: Config, clock: Clock | None = None) -> AsyncIterator[Server]:
    """Starts a server on a free port; stops it as SIGTERM does."""
    config.data.mkdir(parents=True, exist_ok=True)
    teahouse = Teahouse(config, clock)
    await teahouse.start()
    server = uvicorn.Server(uvicorn_config(teahouse, config))
    serving = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Server(teahouse, f"http://127.0.0.1:{port}")
    finally:
        server.should_exit = True
        await serving
        await teahouse.stop()
