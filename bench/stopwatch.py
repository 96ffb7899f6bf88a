"""Time and CPU of a measured window: the server's beside the generator's."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench.process_stats import cpu_seconds


@dataclass(slots=True)
class Usage:
    """Filled when the window ends. A share of 1.0 is one core."""

    wall_s: float = 0.0
    server_cpu_s: float = 0.0
    generator_cpu_s: float = 0.0

    @property
    def server_share(self) -> float:
        return self.server_cpu_s / self.wall_s

    @property
    def generator_share(self) -> float:
        return self.generator_cpu_s / self.wall_s


@contextmanager
def measured(server_pid: int) -> Iterator[Usage]:
    """Garbage collection of the generator waits, so that its pauses are in no latency."""
    usage = Usage()
    gc.collect()
    gc.disable()
    server_s, generator_s, wall_s = cpu_seconds(server_pid), time.process_time(), time.monotonic()
    try:
        yield usage
        usage.wall_s = time.monotonic() - wall_s
        usage.generator_cpu_s = time.process_time() - generator_s
        usage.server_cpu_s = cpu_seconds(server_pid) - server_s
    finally:
        gc.enable()
