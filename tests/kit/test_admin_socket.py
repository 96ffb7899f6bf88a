"""Commands over the socket in the data folder."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from teahouse.kit import admin_socket
from teahouse.kit.admin_socket import AdminSocket, CommandFailed, Tell, ask
from teahouse.kit.errors import Refused


async def echo(arguments: dict[str, Any], _tell: Tell) -> dict[str, Any]:
    return {"heard": arguments}


async def refuse(_arguments: dict[str, Any], _tell: Tell) -> dict[str, Any]:
    raise Refused("M_FORBIDDEN", "Not today")


async def break_down(arguments: dict[str, Any], _tell: Tell) -> dict[str, Any]:
    return {"never": arguments["missing"]}


async def take_long(_arguments: dict[str, Any], tell: Tell) -> dict[str, Any]:
    for done in ("a third", "two thirds"):
        tell(done)
    return {"done": "all"}


@pytest.fixture
async def path(tmp_path: Path) -> AsyncIterator[Path]:
    path = tmp_path / "admin.sock"
    commands = {"echo": echo, "refuse": refuse, "break": break_down, "long": take_long}
    server = AdminSocket(path, commands)
    await server.start()
    yield path
    await server.stop()


async def answer(path: Path, command: str, **arguments: Any) -> dict[str, Any]:
    return await asyncio.to_thread(ask, path, command, arguments)


async def test_a_command_is_answered(path: Path) -> None:
    words = {"name": "anna\n茶", "number": 5}
    assert await answer(path, "echo", **words) == {"heard": words}


async def test_long_work_tells_how_far_it_is(path: Path) -> None:
    told: list[str] = []
    assert await asyncio.to_thread(ask, path, "long", {}, told.append) == {"done": "all"}
    assert told == ["a third", "two thirds"]


async def test_long_work_ends_with_the_server(tmp_path: Path) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def never_ends(_arguments: dict[str, Any], _tell: Tell) -> dict[str, Any]:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return {}

    server = AdminSocket(tmp_path / "admin.sock", {"wait": never_ends})
    await server.start()
    asking = asyncio.create_task(answer(tmp_path / "admin.sock", "wait"))
    await begun.wait()
    await server.stop()
    assert ended.is_set()
    with pytest.raises(CommandFailed, match="stopped before it answered"):
        await asking


async def test_a_refusal_is_told_in_its_own_words(path: Path) -> None:
    with pytest.raises(CommandFailed, match=r"^Not today$"):
        await answer(path, "refuse")


async def test_a_bug_is_told_without_its_details(path: Path) -> None:
    with pytest.raises(CommandFailed, match=r"^the command failed inside the server$"):
        await answer(path, "break")
    assert await answer(path, "echo") == {"heard": {}}


async def test_an_unknown_command_is_refused(path: Path) -> None:
    with pytest.raises(CommandFailed, match="doesn't know this command"):
        await answer(path, "sing")


@pytest.mark.parametrize(
    "line", [b"", b"\n", b"tea\n", b"{}\n", b'{"command":5}\n', b"x" * 3_000_000]
)
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
    assert await answer(path, "echo") == {"heard": {}}


async def test_a_folder_without_a_server_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin_socket, "STARTING_SECONDS", 0)
    with pytest.raises(CommandFailed, match="takes no commands"):
        await answer(tmp_path / "admin.sock", "echo")
