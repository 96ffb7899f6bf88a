"""Processes of this program that begin with everything loaded.

Loading its modules takes `teahouse` a second of CPU, and the tests start it hundreds of times: one
process loads them once and forks for each start.
"""

from __future__ import annotations

import atexit
import functools
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, BinaryIO, NoReturn

LOADED = (
    "teahouse.cli",
    "teahouse.app",
    "teahouse.serve",
    "teahouse.admin.run",
    "uvloop",
    "psycopg",
)
SIZE_BYTES = 4


class Forked:
    """A process that was started here; the names are those of `subprocess.Popen`."""

    def __init__(self, pid: int, end: BinaryIO) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._end = end

    def poll(self) -> int | None:
        return self._look(0)

    def wait(self, timeout: float | None = None) -> int:
        """`timeout` in seconds. Errors: subprocess.TimeoutExpired."""
        code = self._look(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        return code

    def _look(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._end], [], [], timeout)[0]:
            self.returncode = int(self._end.read())
            self._end.close()
        return self.returncode


class Nursery:
    """The process that has everything loaded, seen from the tests."""

    def __init__(self) -> None:
        self._orders, theirs = socket.socketpair()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.nursery", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(["src", "."])},
        )
        theirs.close()

    def start(
        self, arguments: Sequence[str], env: Mapping[str, str], files: Sequence[int]
    ) -> Forked:
        """`teahouse` with these arguments, in a session of its own.

        `files` are descriptors of its input, output and errors, and stay the caller's.
        """
        order = json.dumps({"arguments": list(arguments), "env": dict(env)}).encode()
        end, telling = os.pipe()
        socket.send_fds(self._orders, [len(order).to_bytes(SIZE_BYTES)], [*files, telling])
        os.close(telling)
        self._orders.sendall(order)
        pid = int.from_bytes(self._orders.recv(SIZE_BYTES, socket.MSG_WAITALL))
        return Forked(pid, os.fdopen(end, "rb"))

    def close(self) -> None:
        self._orders.close()
        self._process.wait()


@functools.cache
def nursery() -> Nursery:
    made = Nursery()
    atexit.register(made.close)
    return made


def main(orders: socket.socket) -> None:
    """Forks at each order and tells how each child ended, until nobody can order any more."""
    for name in LOADED:
        import_module(name)
    gc.collect()
    gc.freeze()
    telling: dict[int, int] = {}
    ended, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    signal.set_wakeup_fd(wake)
    while True:
        ready, _, _ = select.select([orders.fileno(), ended], [], [])
        if ended in ready:
            os.read(ended, 4096)
            _tell_ends(telling)
        if orders.fileno() in ready:
            size, descriptors, _, _ = socket.recv_fds(orders, SIZE_BYTES, 4)
            if not size:
                return
            order = json.loads(orders.recv(int.from_bytes(size), socket.MSG_WAITALL))
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _be_teahouse(order, descriptors[:3])
            *files, telling[pid] = descriptors
            for descriptor in files:
                os.close(descriptor)
            orders.sendall(pid.to_bytes(SIZE_BYTES))


def _tell_ends(telling: dict[int, int]) -> None:
    while telling:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        told = telling.pop(pid)
        os.write(told, str(os.waitstatus_to_exitcode(status)).encode())
        os.close(told)


def _be_teahouse(order: dict[str, Any], files: Sequence[int]) -> NoReturn:
    os.setsid()
    for number, descriptor in enumerate(files):
        os.dup2(descriptor, number)
    os.closerange(3, 1024)
    os.environ.clear()
    os.environ.update(order["env"])
    sys.stdout = os.fdopen(1, "w", buffering=1)
    cli = import_module("teahouse.cli")
    cli.main(order["arguments"])
    sys.exit()


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
