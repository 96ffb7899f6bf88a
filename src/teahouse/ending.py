"""From the signal that asks the process to end to its end: at any moment, and in bounded time.

Nothing waits for the end to be kept: what was answered is on disk. So a start that is asked to end
is left where it stands, and a database that answers nothing more holds nobody up.
"""

from __future__ import annotations

import os
import queue
import signal
import threading
import time
from types import FrameType
from typing import Protocol

import structlog

log = structlog.get_logger(__name__)

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Ends(Protocol):
    def handle_exit(self, sig: int, frame: FrameType | None) -> None: ...


class Ending:
    """The signals' only handler, from before anything is begun until the process is gone."""

    def __init__(self, within_seconds: float) -> None:
        self._within_seconds = within_seconds
        # Its `put` may come between any two others: a signal comes while one is being handled.
        self._asked: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._is_asked = False
        self._server: Ends | None = None

    def listen(self) -> None:
        threading.Thread(target=self._watch, name="ending", daemon=True).start()
        for one in SIGNALS:
            signal.signal(one, self._on_signal)

    def by(self, server: Ends) -> None:
        """From now on it is told, before it serves too; until now a signal ends what is begun."""
        self._server = server
        if self._is_asked:
            # What was raised then came to nothing, in a callback of the garbage collector.
            server.handle_exit(signal.SIGTERM, None)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._is_asked = True
        self._asked.put(None)
        if self._server is None:
            raise SystemExit(0)
        self._server.handle_exit(number, frame)

    def _watch(self) -> None:
        """A thread that waits for a database that hangs can be ended by the process alone."""
        self._asked.get()
        time.sleep(self._within_seconds)
        log.error("could not end in order", waited_seconds=self._within_seconds)
        os._exit(1)
