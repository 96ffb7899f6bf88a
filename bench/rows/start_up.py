"""Time from the start of the process to the first answer, on the database of all rows before."""

from __future__ import annotations

import statistics

from bench.figures import Figure, Outcome
from bench.target import Target

_STARTS = 3


class StartUp:
    name = "start-up"

    async def run(self, target: Target) -> Outcome:
        seconds = []
        for _ in range(_STARTS):
            target.hang_up()
            target.server.stop()
            seconds.append(await target.server.start())
        return Outcome((Figure("ready", statistics.median(seconds), "s", "less"),))
