"""Starts a server again and again, each time asked to end by a signal after so many more calls.

It is a program: what it loads once is there for each start, and moments are counted and not timed.
Prints the exit code of each.
"""

from __future__ import annotations

import io
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn.lifespan.off  # noqa: F401
import uvloop  # noqa: F401 (loaded here, once)

from teahouse import config
from teahouse.serve import serve

NEVER = 1 << 60
LISTENS_AFTER = 100
"""Calls; what is asked to end before its handler is there ends at once, as any program."""
PATIENCE_SECONDS = 30


class Countdown:
    """Asks the process to end at a call of a function, or when it says that it is open."""

    def __init__(self, calls: int, when_open: int) -> None:
        """`when_open` is a pipe's end, which is told after how many calls that was."""
        self.calls = 0
        self._until = calls
        self._when_open = when_open

    def begin(self) -> None:
        sys.stdout = Listening(self)
        sys.setprofile(self._on_call)

    def is_open(self) -> None:
        os.write(self._when_open, str(self.calls).encode())
        self._ask()

    def _ask(self) -> None:
        sys.setprofile(None)
        os.kill(os.getpid(), signal.SIGTERM)

    def _on_call(self, _frame: FrameType, event: str, _argument: Any) -> None:
        if event == "call":
            self.calls += 1
            if self.calls == self._until:
                self._ask()


class Listening(io.StringIO):
    def __init__(self, countdown: Countdown) -> None:
        super().__init__()
        self._countdown = countdown

    def write(self, text: str) -> int:
        if "open at" in text:
            self._countdown.is_open()
        return len(text)


class InChild(Exception):
    """It goes the way of any program to its end."""


def started(data: Path, calls: int) -> int:
    """After how many calls it was open, if it was; prints what it ended with."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        # One that did not end would be waited for in vain.
        signal.alarm(PATIENCE_SECONDS)
        settings = config.defaults(data=data, port=0, open_registration=True)
        Countdown(calls, writing).begin()
        serve(settings)
        raise InChild
    os.close(writing)
    with open(reading, "rb") as told:
        counted = told.read()
    _, status = os.waitpid(pid, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
    return int(counted or 0)


def main(folder: Path, times: int) -> None:
    whole = folder / "whole"
    first = started(whole, NEVER)
    again = started(whole, NEVER)
    for n in range(times):
        started(whole, LISTENS_AFTER + (again - LISTENS_AFTER) * n // times)
        # The loop, the open port and what is told of it come last.
        started(whole, again - again // 20 * n // times)
    for n in range(1, 1 + times // 2):
        started(folder / f"without-tables-{n}", first * n // (1 + times // 2))
    started(whole, NEVER)


if __name__ == "__main__":
    with suppress(InChild):
        main(Path(sys.argv[1]), int(sys.argv[2]))
