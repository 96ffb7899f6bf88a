"""Forgets what nobody can ask for: the log's own rows after a day, answers after a month."""

from __future__ import annotations

import asyncio

import sqlalchemy as sa
import structlog

from teahouse.kit.clock import Clock
from teahouse.kit.errors import Refused, Unavailable
from teahouse.kit.log.tables import log_commit, once_result
from teahouse.kit.log.tx import WriteTx
from teahouse.kit.log.writer import LogWriter

log = structlog.get_logger(__name__)

DAY_MS = 86_400_000
KEEP_COMMITS_MS = DAY_MS
KEEP_RESULTS_MS = 30 * DAY_MS
EVERY_SECONDS = 600
ROWS_A_CHANGE = 2_000
"""Few enough that what waits behind such a change is not held up."""


class Pruning:
    def __init__(self, writer: LogWriter, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._work())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def prune(self) -> None:
        """Until nothing is left that is too old."""
        now_ms = self._clock.now_ms()
        while await self._writer.submit(lambda tx: prune(tx, now_ms)):
            pass

    async def _work(self) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                await self.prune()
            except (Refused, Unavailable) as error:
                log.warning("pruning put off", reason=type(error).__name__)


def prune(tx: WriteTx, now_ms: int) -> bool:
    """Deletes some; whether there may be more. The newest commit always stays."""
    newest = sa.select(sa.func.max(log_commit.c.last_pos)).scalar_subquery()
    old_commits = (
        sa.select(log_commit.c.first_pos)
        .where(
            log_commit.c.committed_at_ms < now_ms - KEEP_COMMITS_MS,
            log_commit.c.last_pos < newest,
        )
        .order_by(log_commit.c.committed_at_ms)
        .limit(ROWS_A_CHANGE)
    )
    old_results = (
        sa.select(once_result.c.shard, once_result.c.key)
        .where(once_result.c.made_at_ms < now_ms - KEEP_RESULTS_MS)
        .order_by(once_result.c.made_at_ms)
        .limit(ROWS_A_CHANGE)
    )
    commits = tx.run(sa.delete(log_commit).where(log_commit.c.first_pos.in_(old_commits)))
    key = sa.tuple_(once_result.c.shard, once_result.c.key)
    results = tx.run(sa.delete(once_result).where(key.in_(old_results)))
    return ROWS_A_CHANGE in (commits.rowcount, results.rowcount)
