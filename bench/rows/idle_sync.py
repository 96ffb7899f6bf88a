"""Asking for news when there is none: what a phone does that comes back too early."""

from __future__ import annotations

import time

from bench.figures import Figure, Outcome, cpu_each, latencies, outcome
from bench.rows.many_rooms import caught_up, make_home
from bench.stopwatch import measured
from bench.target import Target


class IdleSync:
    """One user in 200 rooms, one request after the other, each with `timeout=0`."""

    name = "idle-sync-200-rooms"

    async def run(self, target: Target) -> Outcome:
        home = await target.once("many rooms", make_home)
        await caught_up(target, home)
        path = f"/sync?timeout=0&since={home.reader.since}"
        seconds: list[float] = []
        with measured(target.server.pid) as usage:
            end = time.monotonic() + target.seconds / 2
            while time.monotonic() < end:
                asked = time.monotonic()
                await home.reader.get(path)
                seconds.append(time.monotonic() - asked)
        each = cpu_each("server CPU per sync", usage, len(seconds))
        per_core = 1e6 / each.value if each.value else 0.0
        return outcome(
            usage,
            Figure("syncs per core", per_core, "/s", "more"),
            each,
            *latencies("answer", seconds)[:1],
        )
