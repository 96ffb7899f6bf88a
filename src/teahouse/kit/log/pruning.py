"""Forgets what nobody can ask for: the log's own rows after a day, answers after a month, and what
packages say is over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import takewhile

import sqlalchemy as sa
import structlog

from teahouse.kit.background import Background
from teahouse.kit.clock import Clock
from teahouse.kit.errors import Refused, Unavailable
from teahouse.kit.log.tables import log_commit, log_head, once_result
from teahouse.kit.log.tx import WriteTx
from teahouse.kit.log.writer import LogWriter

log = structlog.get_logger(__name__)

DAY_MS = 86_400_000
KEEP_COMMITS_MS = DAY_MS
KEEP_RESULTS_MS = 30 * DAY_MS
EVERY_SECONDS = 600
ROWS_A_CHANGE = 2_000
"""Few enough that what waits behind such a change is not held up."""


Prune = Callable[[WriteTx, int], bool]
"""(tx, now_ms): deletes some of what is too old; whether there may be more."""


class Pruning(Background):
    """Packages that keep what ends by itself add themselves to `further`, in app.py."""

    def __init__(self, writer: LogWriter, clock: Clock) -> None:
        super().__init__()
        self.further: list[Prune] = []
        self._writer = writer
        self._clock = clock

    async def prune(self) -> None:
        """Until nothing is left that is too old."""
        now_ms = self._clock.now_ms()
        for some in (prune, *self.further):
            await self._repeat(some, now_ms)

    async def _repeat(self, some: Prune, now_ms: int) -> None:
        while await self._writer.submit(lambda tx: some(tx, now_ms)):
            pass

    async def _work(self) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                await self.prune()
            except (Refused, Unavailable) as error:
                log.warning("pruning put off", reason=type(error).__name__)


def prune(tx: WriteTx, now_ms: int) -> bool:
    """Deletes some; whether there may be more."""
    logs = tx.scalars(sa.select(log_head.c.log))
    commits = [_delete_commits(tx, name, now_ms - KEEP_COMMITS_MS) for name in logs]
    results = delete_oldest(tx, once_result.c.made_at_ms, now_ms - KEEP_RESULTS_MS)
    return any(commits) or results


def _delete_commits(tx: WriteTx, name: str, before_ms: int) -> bool:
    """The oldest of a log are its first, so that no commit pays for an index of times.

    The newest commit always stays.
    """
    commits = tx.all(
        sa.select(log_commit.c.first_pos, log_commit.c.committed_at_ms)
        .where(log_commit.c.log == name)
        .order_by(log_commit.c.first_pos)
        .limit(ROWS_A_CHANGE + 1)
    )
    old = list(takewhile(lambda commit: commit.committed_at_ms < before_ms, commits[:-1]))
    if old:
        upto = log_commit.c.first_pos <= old[-1].first_pos
        tx.run(sa.delete(log_commit).where(log_commit.c.log == name, upto))
    return len(old) == ROWS_A_CHANGE


def delete_oldest(
    tx: WriteTx, time: sa.Column[int], before_ms: int, *where: sa.ColumnElement[bool]
) -> bool:
    """Rows from before a moment, about ROWS_A_CHANGE of them; whether there may be more."""
    last = tx.scalar(sa.select(time).order_by(time).offset(ROWS_A_CHANGE).limit(1))
    is_cut = last is not None and last < before_ms
    upto_ms = last if is_cut else before_ms - 1
    tx.run(sa.delete(time.table).where(time <= upto_ms, *where))
    return is_cut
