"""Purges by policy, and finishes what a crash interrupted."""

from __future__ import annotations

import asyncio

import structlog

from teahouse.homeserver.rooms.outside import overview
from teahouse.homeserver.rooms.upkeep.erasing import Erasing
from teahouse.homeserver.rooms.upkeep.purging import HistoryPurging
from teahouse.kit.background import Background
from teahouse.kit.clock import Clock
from teahouse.kit.database import Database
from teahouse.kit.errors import Refused, Unavailable

log = structlog.get_logger(__name__)

DAY_MS = 86_400_000
EVERY_SECONDS = 3_600


class Retention(Background):
    def __init__(
        self,
        purging: HistoryPurging,
        erasing: Erasing,
        database: Database,
        clock: Clock,
        *,
        days: int,
    ) -> None:
        """`days` 0: history is kept."""
        super().__init__()
        self._purging = purging
        self._erasing = erasing
        self._database = database
        self._clock = clock
        self._days = days

    async def finish_begun(self) -> None:
        await self._purging.finish_begun()
        await self._erasing.finish()

    async def follow_policy(self) -> int:
        """How many events went."""
        if not self._days:
            return 0
        before_ms, count = self._clock.now_ms() - self._days * DAY_MS, 0
        for room_id in await self._database.read(overview.room_ids):
            count += await self._purging.purge(room_id, before_ms)
        return count

    async def _work(self) -> None:
        is_begun = True
        while True:
            try:
                if is_begun:
                    await self.finish_begun()
                    is_begun = False
                await self.follow_policy()
            except (Refused, Unavailable) as error:
                log.warning("purging put off", reason=type(error).__name__)
            await asyncio.sleep(EVERY_SECONDS)
