"""The administration's API on a socket in the data folder, for the machine's owner.

Who may open the socket is who owns the folder: mode 0600. So nobody is asked for a token there,
and it also has what only the machine's owner may do.
"""

from __future__ import annotations

import asyncio
import os
import socket
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from teahouse.admin.client import address_of
from teahouse.admin.local_api import LocalApi
from teahouse.homeserver.administration.paths import V1
from teahouse.kit.http import Access
from teahouse.kit.http.gate import Gate
from teahouse.kit.http.long_work import LongWork
from teahouse.kit.http.server import build_app
from teahouse.kit.limits import Limits

if TYPE_CHECKING:
    from teahouse.app import Teahouse
    from teahouse.backup.snapshot import Rest

STOP_SECONDS = 2


class AdminSocket:
    """The data folder must be locked by this process."""

    def __init__(self, path: Path, teahouse: Teahouse, rest: Rest) -> None:
        """`rest`: what a backup does between two pages of a table."""
        self._path = path
        self._long_work = LongWork()
        self._app = _app(teahouse, LocalApi(teahouse, self._long_work, rest))
        self._state = ServerState()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        # One that is there was left by a server that was killed.
        self._path.unlink(missing_ok=True)
        listening = socket.socket(socket.AF_UNIX)
        # Before it has a name, so that it is never open to others.
        os.fchmod(listening.fileno(), 0o600)
        with address_of(self._path) as address:
            listening.bind(address)
        self._path.chmod(0o600)
        config = uvicorn.Config(
            cast(Any, self._app),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
        )
        config.load()
        protocol = partial(HttpToolsProtocol, config=config, server_state=self._state, app_state={})
        loop = asyncio.get_running_loop()
        self._server = await loop.create_unix_server(protocol, sock=listening)

    async def stop(self) -> None:
        if self._server is None:
            return
        self._server.close()
        # First those who could begin more.
        for connection in list(self._state.connections):
            connection.shutdown()
        await self._long_work.stop()
        if self._state.tasks:
            _, late = await asyncio.wait(self._state.tasks, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self._path.unlink(missing_ok=True)


def _app(teahouse: Teahouse, local: LocalApi) -> Gate:
    of_operators = [route for route in teahouse.admin_routes() if route.path.startswith(V1)]
    opened = [replace(route, access=Access.ANYONE) for route in of_operators]
    limits = Limits(teahouse.clock, enabled=False)
    return build_app([*opened, *local.routes()], teahouse.accounts.tokens, limits)
