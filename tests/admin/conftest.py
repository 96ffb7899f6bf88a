from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from teahouse import config
from tests.admin.command import CommandLine
from tests.process import ServerProcess


@pytest.fixture
def operator(settings: config.Config) -> CommandLine:
    return CommandLine(settings.data, settings.database)


@pytest.fixture
def on_sqlite(tmp_path: Path) -> CommandLine:
    """For what has nothing to do with the database."""
    return CommandLine(tmp_path / "data", "")


@pytest.fixture
def running(operator: CommandLine) -> Iterator[ServerProcess]:
    """A server on the operator's folder, where accounts need an invitation."""
    server = ServerProcess(operator.data, *operator.flags, is_open=False).wait_until_ready()
    yield server
    assert server.stop() == 0
