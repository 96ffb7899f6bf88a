"""The worker: sends what is in the outbox, each queue in order, many queues at once.

Nothing in memory is the truth. `_ready` names queues that may have something due; it is filled by
commits, and from the table whenever it is empty and something in the table is due. Each queue is
drained by one task at a time, a page at a turn, so that a long queue does not keep others waiting.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from functools import partial

import structlog

from teahouse.kit.background import AFTER_TROUBLE_MS, Lookout
from teahouse.kit.bus import Committed
from teahouse.kit.clock import Clock
from teahouse.kit.database import Database
from teahouse.kit.errors import Refused, Unavailable
from teahouse.kit.log import LogWriter
from teahouse.kit.metrics import OUTBOX_SENDING
from teahouse.kit.outbox import store
from teahouse.kit.outbox.owner import Owner
from teahouse.kit.outbox.put import Put
from teahouse.kit.outbox.sent import SentItems
from teahouse.kit.outbox.turn import Turn, TurnEnd

log = structlog.get_logger(__name__)

MAX_SENDING = 128
QUEUES_A_LOOK = 2 * MAX_SENDING
MAX_READY = 10_000
MAX_STALLED = 10_000
LOOK_AGAIN_MS = 60_000
STOP_SECONDS = 2


class Outbox(Lookout):
    """`owners` by kind: the part of a queue's name before its first slash."""

    def __init__(
        self, database: Database, writer: LogWriter, clock: Clock, owners: Mapping[str, Owner]
    ) -> None:
        super().__init__(clock)
        self._database = database
        self._turn = Turn(database, writer, clock, owners, SentItems(writer))
        self._ready: OrderedDict[str, None] = OrderedDict()
        self._sending: dict[str, asyncio.Task[None]] = {}
        self._stalled: OrderedDict[str, int] = OrderedDict()
        self._has_more = False
        writer.bus.listen(self._follow)

    async def stop(self) -> None:
        """Lets what is being sent end, for a moment; the rest is sent after the next start."""
        await super().stop()
        self._turn.is_stopping = True
        if self._sending:
            await asyncio.wait(self._sending.values(), timeout=STOP_SECONDS)
        for task in list(self._sending.values()):
            task.cancel()
        await asyncio.gather(*self._sending.values(), return_exceptions=True)

    def _follow(self, committed: Committed) -> None:
        """Listens to the log."""
        for item in committed.items:
            if type(item) is Put:
                self._offer(item.queue)

    def _offer(self, queue: str) -> None:
        if self._stalled.get(queue, 0) > self._clock.now_ms():
            return
        if len(self._ready) >= MAX_READY:
            self._has_more = True
            return
        self._ready[queue] = None
        self.wake()

    async def _look(self) -> None:
        try:
            await self._find_ready()
        finally:
            self._start_some()

    async def _find_ready(self) -> None:
        now_ms = self._clock.now_ms()
        if self._ready or not (self._has_more or now_ms >= self._look_at_ms):
            return
        self._has_more = False
        self._look_at_ms = now_ms + LOOK_AGAIN_MS
        queues, next_due_ms = await self._database.read(store.due, now_ms, QUEUES_A_LOOK)
        for queue in queues:
            self._stalled.pop(queue, None)
            self._ready[queue] = None
        self._has_more = self._has_more or len(queues) == QUEUES_A_LOOK
        if next_due_ms is not None:
            self._look_at_ms = min(self._look_at_ms, next_due_ms)

    def _start_some(self) -> None:
        free = MAX_SENDING - len(self._sending)
        if free <= 0:
            return
        idle = (queue for queue in self._ready if queue not in self._sending)
        for queue in [queue for queue, _ in zip(idle, range(free), strict=False)]:
            del self._ready[queue]
            task = asyncio.create_task(self._take_turn(queue))
            self._sending[queue] = task
            task.add_done_callback(partial(self._ended, queue))
        OUTBOX_SENDING.set(len(self._sending))

    async def _take_turn(self, queue: str) -> None:
        try:
            end, until_ms = await self._turn.take(queue)
        except (Refused, Unavailable) as error:
            # It stands in the table as before: what was sent already may be sent once more.
            log.warning("outbox not moved on", reason=type(error).__name__)
            end, until_ms = TurnEnd.STALLED, self._clock.now_ms() + AFTER_TROUBLE_MS
        if end is TurnEnd.HAS_MORE:
            self._ready[queue] = None
        elif end is TurnEnd.STALLED:
            self._stall(queue, until_ms)

    def _stall(self, queue: str, until_ms: int) -> None:
        self._ready.pop(queue, None)
        self._stalled[queue] = until_ms
        self._stalled.move_to_end(queue)
        if len(self._stalled) > MAX_STALLED:
            self._stalled.popitem(last=False)
        self._look_at_ms = min(self._look_at_ms, until_ms)

    def _ended(self, queue: str, task: asyncio.Task[None]) -> None:
        del self._sending[queue]
        OUTBOX_SENDING.set(len(self._sending))
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("outbox turn failed", reason=type(error).__name__)
            self._stall(queue, self._clock.now_ms() + AFTER_TROUBLE_MS)
        self.wake()
