"""Starts the servers fresh and runs each row on them in turn."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path

from bench.figures import Outcome, median_outcome
from bench.message import MessageKind
from bench.report import RowResult
from bench.rows import Row
from bench.servers import Server, ServerKind
from bench.target import Target


async def run_rows(
    rows: Sequence[Row],
    kinds: Sequence[ServerKind],
    *,
    message: MessageKind,
    seconds: float | None,
    rounds: int,
) -> list[RowResult]:
    """Each row on each server, `rounds` times, alternating; a figure is the median of its rounds.

    While one server works, the other is up and idle.
    """
    async with contextlib.AsyncExitStack() as stack:
        targets = [
            await stack.enter_async_context(_started(kind, message, seconds)) for kind in kinds
        ]
        return [await _run_row(row, targets, rounds) for row in rows]


async def _run_row(row: Row, targets: Iterable[Target], rounds: int) -> RowResult:
    outcomes: dict[str, list[Outcome]] = {}
    for _ in range(rounds):
        for target in targets:
            name = target.server.kind.name
            print(f"{row.name} on {name} ...", end=" ", file=sys.stderr, flush=True)
            outcome = await row.run(target)
            outcomes.setdefault(name, []).append(outcome)
            for first in outcome.figures[:1]:
                print(f"{first.name} {first.value:,.2f} {first.unit}", file=sys.stderr)
    return RowResult(row.name, {name: median_outcome(each) for name, each in outcomes.items()})


@contextlib.asynccontextmanager
async def _started(
    kind: ServerKind, message: MessageKind, seconds: float | None
) -> AsyncIterator[Target]:
    """A server on an empty folder, gone afterwards."""
    kind.install()
    with tempfile.TemporaryDirectory(prefix=f"bench-{kind.name}-") as folder:
        server = Server(kind, Path(folder))
        kind.prepare(Path(folder), server.address.port)
        try:
            await server.start()
            target = Target(server, message, seconds)
            yield target
            target.hang_up()
        finally:
            server.stop()
