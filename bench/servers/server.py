"""A server's process: started on a folder of its own, stopped by SIGTERM."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from bench.http_client import Address, Connection, ConnectionLost, request_bytes

_READY_TIMEOUT_S = 60.0
_READY_POLL_S = 0.005
_STOP_TIMEOUT_S = 30.0


class ServerKind(Protocol):
    name: str
    seconds: float
    """How long a row is measured unless told otherwise: longer where less happens in a second."""

    def install(self) -> None: ...

    def version(self) -> str: ...

    def prepare(self, folder: Path, port: int) -> None:
        """Writes what the server needs before its first start."""

    def command(self, folder: Path, port: int) -> list[str]: ...

    @property
    def copy_messages(self) -> Callable[[Path, int, Sequence[str]], None] | None:
        """(folder, times, room_ids): has each message there so many times; the server is stopped.

        For one that would take hours to be told a million.
        """


class ServerFailed(Exception):
    """The server ended, or did not answer in time; says the end of its log."""


class Server:
    def __init__(self, kind: ServerKind, folder: Path) -> None:
        self.kind = kind
        self.address = Address("127.0.0.1", _free_port())
        self._folder = folder
        self._log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self) -> float:
        """Starts the server; returns the seconds until it answered for the first time."""
        began = time.monotonic()
        process = self._process = self._launch()
        while not await self._answers():
            if process.poll() is not None:
                raise ServerFailed(self._last_words("ended while starting"))
            if time.monotonic() - began > _READY_TIMEOUT_S:
                raise ServerFailed(self._last_words("is not ready"))
            await asyncio.sleep(_READY_POLL_S)
        return time.monotonic() - began

    async def copy_messages(self, times: int, room_ids: Sequence[str]) -> None:
        """For a kind that can."""
        assert self.kind.copy_messages is not None
        self.stop()
        self.kind.copy_messages(self._folder, times, room_ids)
        await self.start()

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _launch(self) -> subprocess.Popen[bytes]:
        command = self.kind.command(self._folder, self.address.port)
        with self._log.open("ab") as log:
            return subprocess.Popen(command, cwd=self._folder, stdout=log, stderr=log)

    async def _answers(self) -> bool:
        connection = Connection(self.address)
        request = request_bytes(self.address, "GET", "/_matrix/client/versions")
        try:
            return (await connection.exchange(request)).status == 200
        except (OSError, ConnectionLost):
            return False
        finally:
            connection.close()

    def _last_words(self, what: str) -> str:
        tail = self._log.read_text(errors="replace")[-2000:]
        return f"{self.kind.name} {what}:\n{tail}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
