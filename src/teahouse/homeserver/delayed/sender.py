"""Sends what is due, in the order of its time, and sleeps until the next."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

import structlog

from teahouse.homeserver.delayed import store
from teahouse.homeserver.delayed.model import DelayMoved, Due
from teahouse.homeserver.delayed.service import Delays
from teahouse.kit.background import Lookout
from teahouse.kit.bus import Committed
from teahouse.kit.clock import Clock
from teahouse.kit.database import Database
from teahouse.kit.errors import Refused, Unavailable
from teahouse.kit.limits import Limits
from teahouse.kit.log import LogWriter, WriteTx

log = structlog.get_logger(__name__)

AT_ONCE = 100
LOOK_AGAIN_MS = 60_000
AFTER_TROUBLE_MS = 1_000


class _NotAllowed(Exception):
    """The event itself was refused, in a transaction that was undone."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.errcode)
        self.refused = refused


class DelayedSender(Lookout):
    def __init__(
        self, database: Database, writer: LogWriter, clock: Clock, limits: Limits, delays: Delays
    ) -> None:
        super().__init__(clock)
        self._database = database
        self._log = writer
        self._limits = limits
        self._delays = delays
        writer.bus.listen(self._follow)

    def _follow(self, committed: Committed) -> None:
        """Listens to the log."""
        for item in committed.items:
            if type(item) is DelayMoved and item.send_at_ms < self._look_at_ms:
                self._look_at_ms = item.send_at_ms
                self.wake()

    async def _look(self) -> None:
        now_ms = self._clock.now_ms()
        if now_ms < self._look_at_ms:
            return
        self._look_at_ms = now_ms + LOOK_AGAIN_MS
        due, next_at_ms = await self._database.read(store.due, now_ms, AT_ONCE)
        if next_at_ms is not None:
            self._look_at_ms = min(self._look_at_ms, next_at_ms)
        if due:
            await self._send(due)
            # There may be more; a look that finds nothing says when to look again.
            self._look_at_ms = now_ms

    async def _send(self, due: Sequence[Due]) -> None:
        """In one commit, as far as they are allowed."""
        sends = [self._send_one(one) for one in due]
        failures = await asyncio.gather(*sends, return_exceptions=True)
        for one, error in zip(due, failures, strict=True):
            if isinstance(error, Unavailable):
                raise error
            if error is not None:
                await self._give_up(one, error)

    async def _send_one(self, due: Due) -> None:
        try:
            self._limits.check("send", due.user_id, "")
        except Refused as refused:
            raise _NotAllowed(refused) from None
        try:
            await self._log.submit(partial(self._send_in, due.delay_id))
        except Refused as refused:
            # Not of the event: too much waits in the log.
            raise Unavailable(refused.errcode) from None

    def _send_in(self, delay_id: str, tx: WriteTx) -> None:
        try:
            self._delays.send_due(tx, delay_id)
        except Refused as refused:
            raise _NotAllowed(refused) from None

    async def _give_up(self, due: Due, error: BaseException) -> None:
        if isinstance(error, _NotAllowed):
            refused = error.refused
        else:
            log.error("delayed event failed", reason=type(error).__name__)
            refused = Refused("M_UNKNOWN", "Internal server error")
        give_up = partial(self._delays.give_up, delay_id=due.delay_id, refused=refused)
        await self._log.submit(give_up)
