"""Time and CPU of a measured window: the server's, the generator's, and everyone else's."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench.process_stats import cpu_seconds, machine_cpu_seconds


@dataclass(frozen=True, slots=True)
class Cores:
    """How many cores each kept busy: 1.0 is one core, fully."""

    server: float
    generator: float
    others: float
    """Whatever else ran on the machine: much of it means a disturbed measure."""


@dataclass(slots=True)
class Usage:
    """Filled when the window ends."""

    wall_s: float = 0.0
    server_cpu_s: float = 0.0
    generator_cpu_s: float = 0.0
    machine_cpu_s: float = 0.0

    @property
    def cores(self) -> Cores:
        others_s = self.machine_cpu_s - self.server_cpu_s - self.generator_cpu_s
        return Cores(
            self.server_cpu_s / self.wall_s,
            self.generator_cpu_s / self.wall_s,
            max(0.0, others_s / self.wall_s),
        )


@contextmanager
def measured(server_pid: int) -> Iterator[Usage]:
    """Garbage collection of the generator waits, so that its pauses are in no latency."""
    usage = Usage()
    gc.collect()
    gc.disable()
    machine_s, server_s = machine_cpu_seconds(), cpu_seconds(server_pid)
    generator_s, wall_s = time.process_time(), time.monotonic()
    try:
        yield usage
        usage.wall_s = time.monotonic() - wall_s
        usage.generator_cpu_s = time.process_time() - generator_s
        usage.server_cpu_s = cpu_seconds(server_pid) - server_s
        usage.machine_cpu_s = machine_cpu_seconds() - machine_s
    finally:
        gc.enable()
