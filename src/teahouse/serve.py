"""`teahouse serve`: one process, one port, from lock to clean exit."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, cast

import uvicorn

from teahouse.admin.socket import AdminSocket
from teahouse.app import Teahouse
from teahouse.backup.snapshot import rest_as_long
from teahouse.config import Config
from teahouse.ending import Ending
from teahouse.kit import heap, logs
from teahouse.kit.folder import DataFolder
from teahouse.kit.http.connection import Connection
from teahouse.kit.http.crowd import Crowd, networks_in
from teahouse.kit.metrics import CONNECTIONS
from teahouse.kit.open_files import Shortage, raise_limit

DRAIN_SECONDS = 10
"""For the requests that are in flight."""
STOP_SECONDS = 5
"""For what the server itself has still to do then."""
BACKLOG = 2048


def serve(config: Config) -> None:
    """Runs until SIGTERM or SIGINT. Errors: FolderInUse, RuntimeError with what is in the way."""
    ending = Ending(DRAIN_SECONDS + STOP_SECONDS)
    ending.listen()
    heap.give_back()
    logs.configure(to_terminal=sys.stderr.isatty())
    # The writer's thread must not wait long for the event loop's thread, nor the other way round.
    sys.setswitchinterval(0.002)
    folder = DataFolder(config.data)
    folder.lock()
    try:
        teahouse = Teahouse(config)
        server = Server(teahouse, config)
        ending.by(server)
        with asyncio.Runner(loop_factory=_new_loop) as runner:
            runner.run(_run(server, teahouse, config, folder))
    finally:
        folder.unlock()


def _new_loop() -> asyncio.AbstractEventLoop:
    import uvloop

    return uvloop.new_event_loop()


async def _run(server: Server, teahouse: Teahouse, config: Config, folder: DataFolder) -> None:
    listening = _listen(config.host, config.port)
    await teahouse.start()
    heap.look_seldom()
    admin = AdminSocket(folder.socket, teahouse, rest_as_long)
    await admin.start()
    announcing = asyncio.create_task(_announce(server, teahouse, config))
    trimming = asyncio.create_task(heap.trim_when_quiet(server.answered))
    try:
        await server.serve(sockets=[listening])
    finally:
        announcing.cancel()
        trimming.cancel()
        await admin.stop()
        await teahouse.stop()


class Server(uvicorn.Server):
    """Ends the requests that wait for news first, so that nobody waits for them."""

    def __init__(self, teahouse: Teahouse, config: Config) -> None:
        super().__init__(uvicorn_config(teahouse, config))
        self._teahouse = teahouse
        self._shortage = Shortage(raise_limit())
        CONNECTIONS.set_function(lambda: len(self.server_state.connections))

    def answered(self) -> int:
        return self.server_state.total_requests

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """They are Ending's: uvicorn would take them late, and raise them again at its end."""
        yield

    async def on_tick(self, counter: int) -> bool:
        self._shortage.look(len(self.server_state.connections), self._teahouse.clock.monotonic_ms())
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._teahouse.end_waiting()
        await super().shutdown(sockets)


def _listen(host: str, port: int) -> socket.socket:
    """Errors: RuntimeError in words for the operator."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise RuntimeError(f"can't listen on {host}, port {port}: {error.strerror}") from None


async def _announce(server: uvicorn.Server, teahouse: Teahouse, config: Config) -> None:
    while not server.started:  # noqa: ASYNC110 (uvicorn tells in no other way)
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    scheme = "https" if config.tls_cert else "http"
    host = "localhost" if config.host in ("127.0.0.1", "::1") else config.host
    address = f"{scheme}://{host}:{port}"
    print(f"Teahouse is open at {address}", flush=True)
    if config.open_registration:
        return
    token = await teahouse.accounts.registration.invite_operator()
    if token is not None:
        link = f"{config.public_url.rstrip('/') or address}/signup?invitation={token}"
        print(f"Nobody has an account yet. Make the operator's, once, at {link}", flush=True)


def uvicorn_config(teahouse: Teahouse, config: Config) -> uvicorn.Config:
    crowd = Crowd(networks_in(config.trusted_proxy), enabled=not config.no_rate_limits)
    return uvicorn.Config(
        teahouse.asgi(),
        host=config.host,
        port=config.port,
        loop="none",
        http=cast(Any, partial(Connection, crowd)),
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=bool(config.trusted_proxy),
        forwarded_allow_ips=config.trusted_proxy or None,
        ssl_certfile=config.tls_cert,
        ssl_keyfile=config.tls_key,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        backlog=BACKLOG,
    )
