"""Commands of the machine's owner to the running server, over a socket in the data folder.

A JSON line there; back come lines that tell how far it is, and the answer as the last one. Who may
open the socket is who owns the folder: mode 0600.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
import structlog

from teahouse.kit.errors import Refused, Unavailable

log = structlog.get_logger(__name__)

Tell = Callable[[str], None]
"""Says how far long work has come, in words for the operator."""
Command = Callable[[dict[str, Any], Tell], Awaitable[dict[str, Any]]]

MAX_LINE_BYTES = 1 << 20
LONGEST_ADDRESS = 100
"""The kernel takes 107 bytes of a socket's path."""

STARTING_SECONDS = 10
"""How long a server may hold the folder before it listens."""


class CommandFailed(RuntimeError):
    """In words for the operator."""


class Question(msgspec.Struct):
    command: str
    arguments: dict[str, Any]


class Answer(msgspec.Struct, omit_defaults=True):
    result: dict[str, Any] | None = None
    error: str | None = None
    progress: str | None = None


class AdminSocket:
    """The server's end. The data folder must be locked by this process."""

    def __init__(self, path: Path, commands: Mapping[str, Command]) -> None:
        self._path = path
        self._commands = commands
        self._server: asyncio.Server | None = None
        self._working: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        # One that is there was left by a server that was killed.
        self._path.unlink(missing_ok=True)
        listening = socket.socket(socket.AF_UNIX)
        # Before it has a name, so that it is never open to others.
        os.fchmod(listening.fileno(), 0o600)
        with _address(self._path) as address:
            listening.bind(address)
        self._path.chmod(0o600)
        self._server = await asyncio.start_unix_server(
            self._serve, sock=listening, limit=MAX_LINE_BYTES
        )

    async def stop(self) -> None:
        """Ends what is being done, too: long work must not hold the server up."""
        if self._server is not None:
            self._server.close()
            for task in self._working:
                task.cancel()
            await asyncio.gather(*self._working, return_exceptions=True)
            await self._server.wait_closed()
            self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._working.add(task)
        try:
            await self._converse(reader, writer)
        finally:
            self._working.discard(task)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def tell(progress: str) -> None:
            # Long work tells its end by one more line; who has hung up hears of nothing.
            if not writer.is_closing():
                writer.write(_line(Answer(progress=progress)))

        with suppress(ConnectionError, ValueError):
            answer = await self._answer(await reader.readline(), tell)
            writer.write(_line(answer))
            await writer.drain()

    async def _answer(self, line: bytes, tell: Tell) -> Answer:
        try:
            question = msgspec.json.decode(line, type=Question)
        except msgspec.DecodeError:
            return Answer(error="this is no command")
        command = self._commands.get(question.command)
        if command is None:
            return Answer(error="the running server doesn't know this command")
        try:
            return Answer(await command(question.arguments, tell))
        except Refused as refused:
            return Answer(error=refused.message)
        except Unavailable as error:
            return Answer(error=str(error))
        except Exception as error:
            log.error("admin command failed", kind=type(error).__name__)
            return Answer(error="the command failed inside the server")


def ask(
    path: Path, command: str, arguments: dict[str, Any], tell: Tell = lambda _progress: None
) -> dict[str, Any]:
    """The running server's answer. Errors: CommandFailed."""
    with _connected(path) as connection:
        connection.sendall(msgspec.json.encode(Question(command, arguments)) + b"\n")
        with connection.makefile("rb") as stream:
            for line in stream:
                answer = msgspec.json.decode(line, type=Answer)
                if answer.result is not None:
                    return answer.result
                if answer.progress is None:
                    raise CommandFailed(answer.error or "the server refused")
                tell(answer.progress)
    raise CommandFailed("the server stopped before it answered")


def _line(answer: Answer) -> bytes:
    return msgspec.json.encode(answer) + b"\n"


@contextmanager
def _connected(path: Path) -> Iterator[socket.socket]:
    until = time.monotonic() + STARTING_SECONDS
    with socket.socket(socket.AF_UNIX) as connection:
        while True:
            try:
                with _address(path) as address:
                    connection.connect(address)
                break
            except (FileNotFoundError, ConnectionRefusedError):
                if time.monotonic() > until:
                    raise CommandFailed(
                        f"{path.parent} is in use by a process that takes no commands"
                    ) from None
                time.sleep(0.05)
        yield connection


@contextmanager
def _address(path: Path) -> Iterator[str]:
    """A name for the socket that the kernel takes, however deep the folder lies."""
    if len(os.fsencode(path)) <= LONGEST_ADDRESS:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
