"""Speaks to the administration's API through the socket in the data folder."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from teahouse.homeserver.administration.paths import V1
from teahouse.kit.progress import Tell

LONGEST_ADDRESS = 100
"""The kernel takes 107 bytes of a socket's path."""
STARTING_SECONDS = 10
"""How long a server may hold the folder before it listens."""


class CommandFailed(RuntimeError):
    """In words for the operator."""


class AdminClient:
    def __init__(self, path: Path, tell: Tell) -> None:
        self.path = path
        self._tell = tell

    def call(self, method: str, *path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """`path`: its parts below the API's. Errors: CommandFailed."""
        with self._answer(method, path, body) as answer:
            return _decoded(answer.read())

    def work(self, *path: str, body: dict[str, Any]) -> dict[str, Any]:
        """What comes of work that tells how far it is. Errors: CommandFailed."""
        with self._answer("POST", path, body) as answer:
            while line := answer.readline():
                told = _decoded(line)
                if "result" in told:
                    result: dict[str, Any] = told["result"]
                    return result
                if "error" in told:
                    raise CommandFailed(told["error"])
                self._tell(told["progress"])
        raise _stopped()

    @contextmanager
    def _answer(
        self, method: str, path: tuple[str, ...], body: dict[str, Any] | None
    ) -> Iterator[HTTPResponse]:
        if not all(path):
            raise CommandFailed("Something that is named is empty")
        address = "/".join([V1, *(quote(part, safe="") for part in path)])
        with closing(_Connection(self.path)) as connection:
            try:
                connection.request(method, address, msgspec.json.encode(body or {}))
                answer = connection.getresponse()
                if answer.status != 200:
                    raise _failed(answer)
                yield answer
            except (HTTPException, OSError):
                raise _stopped() from None


class _Connection(HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost")
        self._path = path

    def connect(self) -> None:
        self.sock = _connected(self._path)


def _connected(path: Path) -> socket.socket:
    until = time.monotonic() + STARTING_SECONDS
    connection = socket.socket(socket.AF_UNIX)
    while True:
        try:
            with address_of(path) as address:
                connection.connect(address)
            return connection
        except (FileNotFoundError, ConnectionRefusedError):
            if time.monotonic() > until:
                connection.close()
                raise CommandFailed(
                    f"{path.parent} is in use by a process that takes no commands"
                ) from None
            time.sleep(0.05)


@contextmanager
def address_of(path: Path) -> Iterator[str]:
    """A name for the socket that the kernel takes, however deep the folder lies."""
    if len(os.fsencode(path)) <= LONGEST_ADDRESS:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def _decoded(text: bytes) -> dict[str, Any]:
    return msgspec.json.decode(text, type=dict[str, Any])


def _failed(answer: HTTPResponse) -> CommandFailed:
    refusal = _decoded(answer.read())
    if refusal["errcode"] == "M_UNRECOGNIZED":
        return CommandFailed("the running server doesn't know this command")
    return CommandFailed(refusal["error"])


def _stopped() -> CommandFailed:
    return CommandFailed("the server stopped before it answered")
