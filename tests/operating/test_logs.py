"""What an operator's log reader gets: one JSON object a line, whoever writes it."""

from __future__ import annotations

import io
import json
import logging
import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import structlog

from teahouse.kit import logs
from teahouse.kit.logs import LINES_A_MINUTE, Seldom
from tests.process import ServerProcess

INVALID = re.compile("Invalid HTTP request")


def send_nonsense(url: str) -> None:
    address = urlsplit(url)
    assert address.port is not None
    with socket.create_connection(("127.0.0.1", address.port), timeout=30) as connection:
        connection.sendall(b"no request\r\n\r\n")
        while connection.recv(1024):
            pass


def test_each_line_is_json_and_strangers_write_few_of_them(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "data").wait_until_ready()
    try:
        for _ in range(5 * LINES_A_MINUTE):
            send_nonsense(server.url)
        server.wait_for(INVALID)
    finally:
        assert server.stop() == 0
    lines = [line for line in server.lines if not line.startswith("Teahouse is open")]
    told = [json.loads(line) for line in lines]
    invalid = [one for one in told if INVALID.search(one["event"])]
    assert invalid[0]["logger"] == "uvicorn.error"
    assert (invalid[0]["level"], "timestamp" in invalid[0]) == ("warning", True)
    assert len(invalid) <= 2 * LINES_A_MINUTE


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What a server's log gets."""
    root, written = logging.getLogger(), io.StringIO()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(sys, "stderr", written)
    before, level = structlog.get_config(), root.level
    logs.configure(to_terminal=False)
    yield written
    logging.captureWarnings(False)
    root.setLevel(level)
    structlog.configure(**before)


def test_an_error_in_a_library_is_told_by_its_kind_and_place_and_not_by_its_text(
    written: io.StringIO,
) -> None:
    try:
        raise ValueError("what somebody wrote")
    except ValueError:
        logging.getLogger("a.library").exception("two\nlines")
    (line,) = written.getvalue().splitlines()
    told = json.loads(line)
    assert (told["event"], told["level"], told["kind"]) == ("two\nlines", "error", "ValueError")
    assert "test_logs.py" in told["trace"][0]
    assert "somebody" not in line


def test_a_minute_later_it_is_told_how_many_lines_were_left_out() -> None:
    seldom = Seldom()

    def said(second: float, level: int = logging.WARNING) -> tuple[bool, int]:
        record = logging.makeLogRecord({"name": "uvicorn.error", "levelno": level})
        record.created = 1_700_000_000 + second
        return seldom.filter(record), getattr(record, "left_out", 0)

    passed = [said(0) for _ in range(LINES_A_MINUTE + 7)]
    assert passed == [(True, 0)] * LINES_A_MINUTE + [(False, 0)] * 7
    assert said(59, logging.ERROR) == (True, 0), "what is worse is not left out with it"
    assert said(60) == (True, 7)
    assert said(61) == (True, 0)
