"""500 logins by password: what a server meets when everybody's session has ended."""

from __future__ import annotations

import time

from bench.figures import Outcome, cpu_each, latencies, outcome, rate
from bench.matrix_client import MatrixClient
from bench.stopwatch import measured
from bench.target import Target, in_turns

_LOGINS = 500
_AT_ONCE = 8


class Logins:
    """Eight at a time. Each server hashes as it comes: Argon2 or bcrypt."""

    name = f"logins-{_LOGINS}"

    async def run(self, target: Target) -> Outcome:
        people = await target.once("who log in", lambda t: t.people("guest", _AT_ONCE))
        seconds: list[float] = []

        async def log_in(person: MatrixClient) -> None:
            while len(seconds) < _LOGINS:
                asked = time.monotonic()
                (await person.new_device()).close()
                seconds.append(time.monotonic() - asked)

        with measured(target.server.pid) as usage:
            await in_turns(log_in, people)
        return outcome(
            usage,
            rate("logins", len(seconds), usage.wall_s),
            *latencies("answer", seconds)[:2],
            cpu_each("server CPU per login", usage, len(seconds)),
        )
