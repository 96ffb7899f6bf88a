"""`teahouse serve`: one process, one port, from lock to clean exit."""

from __future__ import annotations

import asyncio
import sys

import uvicorn

from teahouse.app import Teahouse
from teahouse.config import Config
from teahouse.kit import logs
from teahouse.kit.folder import DataFolder

DRAIN_SECONDS = 10


def serve(config: Config) -> None:
    """Runs until SIGTERM or SIGINT. Errors: FolderInUse, RuntimeError with what is in the way."""
    logs.configure(to_terminal=sys.stderr.isatty())
    # The writer's thread must not wait long for the event loop's thread, nor the other way round.
    sys.setswitchinterval(0.0005)
    folder = DataFolder(config.data)
    folder.lock()
    try:
        teahouse = Teahouse(config)
        with asyncio.Runner(loop_factory=_new_loop) as runner:
            runner.run(_run(teahouse, config))
    finally:
        folder.unlock()


def _new_loop() -> asyncio.AbstractEventLoop:
    import uvloop

    return uvloop.new_event_loop()


async def _run(teahouse: Teahouse, config: Config) -> None:
    await teahouse.start()
    server = uvicorn.Server(uvicorn_config(teahouse, config))
    announcing = asyncio.create_task(_announce(server, config))
    try:
        await server.serve()
    finally:
        announcing.cancel()
        await teahouse.stop()


async def _announce(server: uvicorn.Server, config: Config) -> None:
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    scheme = "https" if config.tls_cert else "http"
    host = "localhost" if config.host in ("127.0.0.1", "::1") else config.host
    print(f"Teahouse is open at {scheme}://{host}:{port}", flush=True)


def uvicorn_config(teahouse: Teahouse, config: Config) -> uvicorn.Config:
    return uvicorn.Config(
        teahouse.asgi(),
        host=config.host,
        port=config.port,
        loop="none",
        http="httptools",
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=bool(config.trusted_proxy),
        forwarded_allow_ips=config.trusted_proxy or None,
        ssl_certfile=config.tls_cert,
        ssl_keyfile=config.tls_key,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        backlog=2048,
    )
