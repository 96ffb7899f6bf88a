"""A server as a process of its own, to be killed, traced, or started twice."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from tests.nursery import Forked, nursery

ADDRESS = re.compile(r"(https?)://localhost:([0-9]+)")
START_SECONDS = 30


class ServerProcess:
    """`teahouse serve` on a free port. `url` is set when it is ready."""

    def __init__(
        self, data: Path, *flags: str, under: Sequence[str] = (), is_open: bool = True
    ) -> None:
        """`under` is a command that runs the server; `is_open`: anyone may make an account."""
        self.data = data
        self.lines: list[str] = []
        self._ready = threading.Event()
        self.url = ""
        arguments = [
            *("serve", "--port", "0", "--data", str(data), "--no-rate-limits"),
            *(["--open-registration"] if is_open else []),
            *flags,
        ]
        output, written = os.pipe()
        self.process = _start(under, arguments, written)
        os.close(written)
        threading.Thread(target=self._read, args=[output], daemon=True).start()

    def wait_until_ready(self) -> ServerProcess:
        assert self._ready.wait(START_SECONDS), "".join(self.lines)
        assert self.url, "".join(self.lines)
        return self

    def wait_for(self, pattern: re.Pattern[str]) -> re.Match[str]:
        """What of the output matches, once it does."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if found := pattern.search("".join(self.lines)):
                return found
            time.sleep(0.01)
        raise AssertionError("".join(self.lines))

    def kill(self) -> None:
        """As when the power fails, as far as a process can."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """The exit code after SIGTERM."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
        return self.process.wait(START_SECONDS)

    def _read(self, output: int) -> None:
        with os.fdopen(output) as lines:
            for line in lines:
                self.lines.append(line)
                if match := ADDRESS.search(line):
                    self.url = f"{match[1]}://127.0.0.1:{match[2]}"
                    self._ready.set()
        self._ready.set()


def _start(
    under: Sequence[str], arguments: Sequence[str], output: int
) -> subprocess.Popen[bytes] | Forked:
    if not under:
        with open(os.devnull) as nothing:
            return nursery().start(arguments, os.environ, [nothing.fileno(), output, output])
    return subprocess.Popen(
        [*under, sys.executable, "-m", "teahouse.cli", *arguments],
        stdout=output,
        stderr=output,
        env={**os.environ, "PYTHONPATH": "src", "PYTHONUNBUFFERED": "1"},
        start_new_session=True,
    )
