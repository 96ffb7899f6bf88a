"""As many connections as the machine allows; and a line in the log when they run short."""

from __future__ import annotations

import re
import resource
import shutil
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from teahouse.kit.open_files import SAID_AGAIN_MS, SPARE, Shortage
from tests.process import ServerProcess


def started(folder: Path, soft: int, hard: int) -> ServerProcess:
    prlimit = shutil.which("prlimit")
    assert prlimit is not None
    return ServerProcess(folder, under=[prlimit, f"--nofile={soft}:{hard}"]).wait_until_ready()


def test_the_limit_of_open_files_is_raised_and_its_end_is_told(tmp_path: Path) -> None:
    server = started(tmp_path / "data", soft=120, hard=SPARE + 100)
    port = int(server.url.rpartition(":")[2])
    try:
        found = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
        assert found == (SPARE + 100, SPARE + 100)
        with ExitStack() as held:
            for _ in range(100):
                held.enter_context(socket.create_connection(("127.0.0.1", port)))
            server.wait_for(re.compile("open files run short"))
    finally:
        assert server.stop() == 0


def test_it_is_told_once_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    shortage = Shortage(1000)
    for connections, now_ms in ((10, 0), (950, 1), (960, 2), (970, SAID_AGAIN_MS + 1)):
        shortage.look(connections, now_ms)
    said = capsys.readouterr()
    assert (said.out + said.err).count("open files run short") == 2
