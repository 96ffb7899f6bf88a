"""One turn of one queue: a page of it is sent, in order, and what became of it is written."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import structlog

from teahouse.kit.clock import Clock
from teahouse.kit.database import Database
from teahouse.kit.log import LogWriter, WriteTx
from teahouse.kit.metrics import OUTBOX_DEAD, OUTBOX_DROPPED, OUTBOX_FAILED, OUTBOX_SENT
from teahouse.kit.outbox import store
from teahouse.kit.outbox.item import Item
from teahouse.kit.outbox.owner import DAY_MS, NotSent, Owner
from teahouse.kit.outbox.put import kind_of
from teahouse.kit.outbox.sent import SentItems
from teahouse.kit.randomness import Randomness

log = structlog.get_logger(__name__)

PAGE_ROWS = 100
PAGE_BYTES = 256 << 10
TURN_MS = 2_000
"""After which others come in between, when a receiver is slow."""


class TurnEnd(enum.Enum):
    EMPTY = enum.auto()
    HAS_MORE = enum.auto()
    STALLED = enum.auto()


@dataclass(slots=True)
class Turn:
    database: Database
    log: LogWriter
    clock: Clock
    randomness: Randomness
    owners: Mapping[str, Owner]
    sent: SentItems
    is_stopping: bool = field(default=False)

    async def take(self, queue: str) -> tuple[TurnEnd, int]:
        """How it ended, and until when the queue is stalled."""
        page = await self.database.read(store.page, queue, PAGE_ROWS, PAGE_BYTES)
        if page is None:
            return TurnEnd.EMPTY, 0
        owner = self.owners.get(kind_of(queue))
        if page.due_at_ms > self.clock.now_ms():
            return await self._postpone(queue, page.due_at_ms)
        if owner is None:
            log.warning("nobody sends what is in the outbox", kind=kind_of(queue))
            return await self._postpone(queue, self.clock.now_ms() + DAY_MS)
        return await self._send(owner, page)

    async def _send(self, owner: Owner, page: store.Page) -> tuple[TurnEnd, int]:
        items, step = page.items, max(1, owner.policy.batch)
        done, until_ms = 0, self.clock.monotonic_ms() + TURN_MS
        while done < len(items) and not self._is_over(done, until_ms):
            batch = items[done : done + step]
            failure = await _try(owner, batch)
            if failure is not None:
                await self._delete(items[:done])
                return await self._failed(owner, batch, failure)
            OUTBOX_SENT.labels(kind_of(batch[0].queue)).inc(len(batch))
            done += len(batch)
        await self._delete(items[:done])
        is_empty = page.is_last and done == len(items)
        return (TurnEnd.EMPTY if is_empty else TurnEnd.HAS_MORE), 0

    def _is_over(self, done: int, until_ms: int) -> bool:
        return self.is_stopping or (done > 0 and self.clock.monotonic_ms() >= until_ms)

    async def _delete(self, items: Sequence[Item]) -> None:
        if items:
            await self.sent.delete(items)

    async def _postpone(self, queue: str, until_ms: int) -> tuple[TurnEnd, int]:
        """Newer items don't overtake the oldest one, and leave what is looked at as due."""
        await self.log.submit(partial(store.postpone, queue=queue, until_ms=until_ms))
        return TurnEnd.STALLED, until_ms

    async def _failed(
        self, owner: Owner, batch: Sequence[Item], failure: NotSent
    ) -> tuple[TurnEnd, int]:
        head, now_ms = batch[0], self.clock.now_ms()
        kind, attempts = kind_of(head.queue), head.attempts + 1
        OUTBOX_FAILED.labels(kind).inc()
        if owner.policy.gives_up(attempts, now_ms - head.put_at_ms):
            await self.log.submit(partial(_bury, owner=owner, queue=head.queue))
            OUTBOX_DEAD.labels(kind).inc()
            log.warning("an outbox queue is given up", kind=kind, attempts=attempts)
            return TurnEnd.EMPTY, 0
        spread = self.randomness.fraction()
        until_ms = now_ms + owner.policy.retry_in_ms(attempts, spread, failure.retry_after_ms)

        def fail(tx: WriteTx) -> int:
            store.fail(tx, head.queue, batch[-1].pos, until_ms)
            return store.cut(tx, head.queue, batch[-1].pos, owner.policy.max_rows)

        OUTBOX_DROPPED.labels(kind).inc(await self.log.submit(fail))
        return TurnEnd.STALLED, until_ms


def _bury(tx: WriteTx, owner: Owner, queue: str) -> None:
    store.delete_queue(tx, queue)
    owner.dead(tx, queue)


async def _try(owner: Owner, batch: Sequence[Item]) -> NotSent | None:
    try:
        await owner.send(batch)
    except NotSent as failure:
        return failure
    except Exception as error:
        log.error("sending failed", kind=kind_of(batch[0].queue), reason=type(error).__name__)
        return NotSent(type(error).__name__)
    return None
