"""Memory of all processes of the server: proportional set size."""

from __future__ import annotations

import asyncio

from bench.figures import Figure, Outcome
from bench.process_stats import pss_bytes
from bench.target import Target

_SETTLE_S = 2.0


class Memory:
    """`at-rest` stands before all other rows, `after` behind all that do work."""

    def __init__(self, moment: str) -> None:
        self.name = f"memory-{moment}"

    async def run(self, target: Target) -> Outcome:
        target.hang_up()
        await asyncio.sleep(_SETTLE_S)
        mebibytes = pss_bytes(target.server.pid) / 2**20
        return Outcome((Figure("PSS", mebibytes, "MiB", "less"),))
