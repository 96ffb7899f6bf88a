"""The worker: sends what is in the outbox, each queue in order, many queues at once.

Nothing in memory is the truth. The lines, one a kind, name queues that may have something due; they
are filled by commits, and from the table whenever something there is due. Each queue is drained by
one task at a time, a page at a turn, so that a long queue does not keep others waiting; the lines
say whose turn it is.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping
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
from teahouse.kit.outbox.line import MAX_READY, Line
from teahouse.kit.outbox.owner import Owner, Policy
from teahouse.kit.outbox.put import Put, kind_of
from teahouse.kit.outbox.sent import SentItems
from teahouse.kit.outbox.turn import Turn, TurnEnd
from teahouse.kit.randomness import Randomness

log = structlog.get_logger(__name__)

QUEUES_A_LOOK = MAX_READY
MAX_STALLED = 10_000
LOOK_AGAIN_MS = 60_000
LOOK_FOR_MORE_MS = 1_000
"""While there is more in the table than in memory."""
STOP_SECONDS = 2


class Outbox(Lookout):
    """`owners` by kind: the part of a queue's name before its first slash."""

    def __init__(
        self,
        database: Database,
        writer: LogWriter,
        clock: Clock,
        randomness: Randomness,
        owners: Mapping[str, Owner],
    ) -> None:
        super().__init__(clock)
        self._database = database
        self._turn = Turn(database, writer, clock, randomness, owners, SentItems(writer))
        self._lines = {kind: Line(one.policy.share, one.holder) for kind, one in owners.items()}
        self._unknown = Line(Policy().share, kind_of)
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

    def _line(self, queue: str) -> Line:
        return self._lines.get(kind_of(queue), self._unknown)

    def _offer(self, queue: str) -> None:
        if self._stalled.get(queue, 0) > self._clock.now_ms():
            return
        if not self._line(queue).add(queue):
            self._look_for_more()
        self.wake()

    def _look_for_more(self) -> None:
        self._has_more = True
        self._look_at_ms = min(self._look_at_ms, self._clock.now_ms() + LOOK_FOR_MORE_MS)

    async def _look(self) -> None:
        try:
            await self._find_ready()
        finally:
            self._start_some()

    async def _find_ready(self) -> None:
        now_ms = self._clock.now_ms()
        wants_more = self._has_more and not any(len(line) for line in self._all_lines())
        if now_ms < self._look_at_ms and not wants_more:
            return
        self._has_more = False
        self._look_at_ms = now_ms + LOOK_AGAIN_MS
        queues, next_due_ms = await self._database.read(store.due, now_ms, QUEUES_A_LOOK)
        for queue in queues:
            self._stalled.pop(queue, None)
            self._offer(queue)
        if len(queues) == QUEUES_A_LOOK:
            self._look_for_more()
        if next_due_ms is not None:
            self._look_at_ms = min(self._look_at_ms, next_due_ms)

    def _all_lines(self) -> Iterable[Line]:
        return (*self._lines.values(), self._unknown)

    def _start_some(self) -> None:
        for line in self._all_lines():
            while (queue := line.take()) is not None:
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
            self._offer(queue)
        elif end is TurnEnd.STALLED:
            self._stall(queue, until_ms)

    def _stall(self, queue: str, until_ms: int) -> None:
        self._line(queue).remove(queue)
        self._stalled[queue] = until_ms
        self._stalled.move_to_end(queue)
        if len(self._stalled) > MAX_STALLED:
            self._stalled.popitem(last=False)
        self._look_at_ms = min(self._look_at_ms, until_ms)

    def _ended(self, queue: str, task: asyncio.Task[None]) -> None:
        del self._sending[queue]
        self._line(queue).done(queue)
        OUTBOX_SENDING.set(len(self._sending))
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("outbox turn failed", reason=type(error).__name__)
            self._stall(queue, self._clock.now_ms() + AFTER_TROUBLE_MS)
        self.wake()
