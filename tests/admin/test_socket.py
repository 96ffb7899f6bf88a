"""The administration's API through the socket in the data folder."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from teahouse.admin import client
from teahouse.admin.client import AdminClient, CommandFailed
from teahouse.admin.socket import AdminSocket
from tests.server import Server


def rest(_seconds: float) -> None:
    """Nobody waits."""


@pytest.fixture
async def path(tmp_path: Path, server: Server) -> AsyncIterator[Path]:
    path = tmp_path / "admin.sock"
    opened = AdminSocket(path, server.teahouse, rest)
    await opened.start()
    yield path
    await opened.stop()
    assert not path.exists()


def quiet(_progress: str) -> None:
    """Nobody watches."""


async def call(path: Path, method: str, *parts: str, **body: Any) -> dict[str, Any]:
    asking = AdminClient(path, quiet)
    return await asyncio.to_thread(asking.call, method, *parts, body=body)


async def test_who_may_open_it_administers_without_a_token(path: Path) -> None:
    made = await call(path, "POST", "users", name="anna", password="a pot of tea")
    assert made == {"user_id": "@anna:localhost"}
    # A name does where an ID is asked for, and an ID may have a slash.
    assert await call(path, "POST", "users", "anna", "deactivate", erase=False) == made
    with pytest.raises(CommandFailed, match=r"^There is no such account$"):
        await call(path, "POST", "users", "@an/na:localhost", "deactivate")
    with pytest.raises(CommandFailed, match=r"^Names have a-z"):
        await call(path, "POST", "users", "an na", "deactivate")


async def test_nothing_else_of_the_server_is_there(path: Path) -> None:
    def ask() -> bytes:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(path))
            connection.sendall(b"GET /_matrix/client/versions HTTP/1.1\r\nHost: x\r\n\r\n")
            return connection.recv(1000)

    assert (await asyncio.to_thread(ask)).startswith(b"HTTP/1.1 404 ")
    with pytest.raises(CommandFailed, match="doesn't know this command"):
        await call(path, "POST", "songs")


async def test_long_work_tells_how_far_it_is(path: Path) -> None:
    told: list[str] = []
    asking = AdminClient(path, told.append)
    assert await asyncio.to_thread(asking.work, "check", body={}) == {"problems": []}
    assert told[-1] == "looking at media files"


async def test_long_work_ends_with_the_server(tmp_path: Path, server: Server) -> None:
    begun = asyncio.Event()

    async def never_ends(*_anything: Any) -> None:
        begun.set()
        await asyncio.Event().wait()

    server.teahouse.database.read_long = never_ends  # type: ignore[assignment]
    opened = AdminSocket(tmp_path / "admin.sock", server.teahouse, rest)
    await opened.start()
    asking = AdminClient(tmp_path / "admin.sock", quiet)
    checking = asyncio.create_task(asyncio.to_thread(asking.work, "check", body={}))
    await begun.wait()
    await opened.stop()
    with pytest.raises(CommandFailed, match="stopped before it answered"):
        await checking


@pytest.mark.parametrize("line", [b"", b"\n", b"tea\n", b"{}\n", b"GET / HTTP/1.1\r\n" * 9_000])
async def test_nonsense_ends_only_its_own_connection(path: Path, line: bytes) -> None:
    def send() -> None:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(path))
            try:
                connection.sendall(line)
                connection.shutdown(socket.SHUT_WR)
                connection.recv(1000)
            except ConnectionError:
                pass

    await asyncio.to_thread(send)
    assert await call(path, "GET", "registration_tokens") == {"registration_tokens": []}


async def test_a_folder_without_a_server_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "STARTING_SECONDS", 0)
    with pytest.raises(CommandFailed, match="takes no commands"):
        await call(tmp_path / "admin.sock", "GET", "statistics")
