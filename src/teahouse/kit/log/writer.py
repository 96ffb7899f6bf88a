"""The one writer of a log: collects what is waiting, commits it as one transaction, then answers.

A thread of its own runs the changes; the event loop is told of each commit. Flush whenever the
last commit has returned, no timer. The head row is advanced inside the transaction under this
writer's epoch: a writer that lost its lease updates nothing and commits nothing. After a commit of
unknown outcome the head row tells: it stands where this batch would have put it, or it does not.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Connection

from teahouse.kit.bus import Bus, Committed
from teahouse.kit.clock import Clock
from teahouse.kit.database import Database
from teahouse.kit.errors import Unavailable, limit_exceeded
from teahouse.kit.log.lease import stored_pos, take_lease
from teahouse.kit.log.once import Once
from teahouse.kit.log.statements import BatchStatements
from teahouse.kit.log.tables import log_commit, once_result
from teahouse.kit.log.tx import Batch, WriteTx
from teahouse.kit.logs import kind_of, trace_of
from teahouse.kit.metrics import (
    BATCH_CHANGES,
    CHANGES,
    COMMIT_SECONDS,
    COMMITS,
    HEAD,
    WAITING_CHANGES,
)

T = TypeVar("T")
log = structlog.get_logger(__name__)

DEFAULT_LOG = "main"
MAX_CHANGES = 256
MAX_BYTES = 1 << 20
MAX_WAITING = 20_000
MAX_WAITING_BYTES = 64 << 20
LEAST_BYTES = 256
"""Of a change that brings no content, about."""


@dataclass(slots=True, eq=False)
class Change:
    function: Callable[[WriteTx], Any]
    once: Once | None
    size_bytes: int
    answer: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


@dataclass(slots=True)
class Outcome:
    changes: list[Change]
    committed: Committed | None = field(default=None)


Commit = Callable[[list[Change]], list[Outcome]]


class LeaseLost(RuntimeError):
    """Another writer has taken this log over."""


class LogWriter:
    """Submit from the event loop; the bus tells there of commits."""

    def __init__(self, database: Database, clock: Clock, bus: Bus, name: str = DEFAULT_LOG) -> None:
        self.bus = bus
        self._database = database
        self._clock = clock
        self._name = name
        self._queue: queue.SimpleQueue[Change | None] = queue.SimpleQueue()
        # Each is counted by one thread alone; what waits is the difference.
        self._submitted_bytes = 0
        self._collected_bytes = 0
        self._thread = threading.Thread(target=self._work, name=f"log-{name}", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._connection: Connection | None = None
        self._epoch = 0
        self._head = 0
        self._lost: Committed | None = None
        """A commit of which nobody can tell yet whether it took place."""
        self._forget_all: list[Callable[[], None]] = []
        self._commit_batch: Commit = self._commit
        self.head = 0
        """The newest position that readers may see; moved on the event loop."""
        self.floor = 0
        """Where this log began anew, by a restore: older places are of a log that is gone."""

    def knows(self, pos: int) -> bool:
        """Whether a place that a client names is one of this log."""
        return self.floor <= pos <= self.head

    def open(self) -> None:
        """Takes the lease: the next epoch of the log's head row."""
        with self._database.engine.connect() as connection, connection.begin():
            self._head, self._epoch, self.floor = take_lease(connection, self._name)
        self.head = self._head

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        # Asked for when metrics are.
        WAITING_CHANGES.set_function(self._queue.qsize)
        self._thread.start()

    async def stop(self) -> None:
        """Finishes what is waiting, then ends the thread."""
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)
        if self._connection is not None:
            self._connection.close()

    def forget_with(self, forget_all: Callable[[], None]) -> None:
        """Registers what the writer's thread must forget after a commit of unknown outcome."""
        self._forget_all.append(forget_all)

    def wrap_commits(self, wrap: Callable[[Commit], Commit]) -> None:
        """Before the start: from then on each batch goes through what `wrap` returns."""
        self._commit_batch = wrap(self._commit)

    async def submit(
        self,
        function: Callable[[WriteTx], T],
        *,
        once: Once | None = None,
        size_bytes: int = LEAST_BYTES,
    ) -> T:
        """Runs `function(tx)` in the next batch; returns its result once that is durable.

        With `once`, a repeated request gets the first one's result (bytes) and changes nothing.
        Errors: what the function raised, M_LIMIT_EXCEEDED when too much waits, Unavailable when
        the commit failed.
        """
        assert self._loop is not None, "the writer has not been started"
        waiting_bytes = self._submitted_bytes - self._collected_bytes
        if self._queue.qsize() >= MAX_WAITING or waiting_bytes >= MAX_WAITING_BYTES:
            raise limit_exceeded(1000)
        change = Change(function, once, size_bytes, self._loop.create_future())
        self._submitted_bytes += size_bytes
        self._queue.put(change)
        # A client that hangs up cancels the answer, not the change, which is on its way.
        result: T = await change.answer
        return result

    def _work(self) -> None:
        while (changes := self._collect()) is not None:
            with COMMIT_SECONDS.time():
                outcomes = self._commit_batch(changes)
            for outcome in outcomes:
                assert self._loop is not None
                self._loop.call_soon_threadsafe(self._answer, outcome)

    def _collect(self) -> list[Change] | None:
        first = self._queue.get()
        if first is None:
            return None
        changes, size_bytes = [first], first.size_bytes
        while len(changes) < MAX_CHANGES and size_bytes < MAX_BYTES:
            try:
                change = self._queue.get_nowait()
            except queue.Empty:
                break
            if change is None:
                self._queue.put(None)
                break
            changes.append(change)
            size_bytes += change.size_bytes
        self._collected_bytes += size_bytes
        return changes

    def _commit(self, changes: list[Change]) -> list[Outcome]:
        if self._lost is None:
            return self._attempt(changes)
        found = self._settle()
        if self._lost is not None:
            return [_could_not_be_stored(changes)]
        # Its senders were told to ask again; readers have not heard of it yet.
        return [*([Outcome([], found)] if found else []), *self._attempt(changes)]

    def _attempt(self, changes: list[Change]) -> list[Outcome]:
        try:
            return [self._transact(changes)]
        except Exception as error:
            kind, trace = kind_of(error), trace_of(error)
            log.error("commit failed", changes=len(changes), kind=kind, trace=trace)
            self._forget()
            is_of_all = isinstance(error, LeaseLost | sa.exc.OperationalError)
            if len(changes) > 1 and self._lost is None and not is_of_all:
                # One change broke the batch at its end: each alone, so that only it fails.
                return [outcome for change in changes for outcome in self._commit([change])]
            return [_could_not_be_stored(changes)]

    def _transact(self, changes: list[Change]) -> Outcome:
        connection = self._writing_connection()
        batch = Batch(connection, self._head, self._clock.now_ms())
        try:
            with connection.begin() as transaction:
                known = BatchStatements(connection).known_results(
                    [(change.once.shard, change.once.key) for change in changes if change.once]
                )
                for change in changes:
                    self._run(batch, change, known)
                if not batch.wrote:
                    transaction.rollback()
                    return Outcome(changes)
                if batch.last_pos == batch.head:
                    batch.last_pos += 1
                self._finish(batch)
        except BaseException:
            for forget in batch.rollbacks:
                forget()
            self._drop_connection()
            if not batch.finished:
                raise
            self._lost = Committed(batch.head + 1, batch.last_pos, batch.published)
            if self._settle() is None:
                raise
            self._forget()
        first_pos, self._head = batch.head + 1, batch.last_pos
        return Outcome(changes, Committed(first_pos, batch.last_pos, batch.published))

    def _run(self, batch: Batch, change: Change, known: dict[bytes, bytes]) -> None:
        change.error = None
        if change.once is not None and change.once.key in known:
            change.result = known[change.once.key]
            return
        tx = WriteTx(batch)
        try:
            change.result = change.function(tx)
            if change.once is not None:
                known[change.once.key] = change.result
                tx.insert(
                    once_result,
                    shard=change.once.shard,
                    key=change.once.key,
                    result=change.result,
                    made_at_ms=batch.now_ms,
                )
            tx.done()
        except sa.exc.OperationalError:
            tx.undo()
            raise
        except Exception as error:
            tx.undo()
            change.error = error

    def _finish(self, batch: Batch) -> None:
        batch.rows.add(
            log_commit,
            {
                "log": self._name,
                "first_pos": batch.head + 1,
                "last_pos": batch.last_pos,
                "touched": msgspec.json.encode(sorted(batch.touched)),
                "committed_at_ms": batch.now_ms,
            },
        )
        batch.flush()
        statements = BatchStatements(batch.connection)
        if not statements.move_head(self._name, self._epoch, batch.last_pos):
            raise LeaseLost(self._name)
        batch.finished = True

    def _settle(self) -> Committed | None:
        """The lost commit if it took place. It stays lost while the head row can't be read."""
        pos = stored_pos(self._database, self._name, self._epoch)
        if self._lost is None or pos is None:
            return None
        lost, self._lost = self._lost, None
        if pos != lost.last_pos:
            return None
        self._head = pos
        return lost

    def _writing_connection(self) -> Connection:
        if self._connection is None:
            self._connection = self._database.engine.connect().execution_options(writes=True)
        return self._connection

    def _drop_connection(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _forget(self) -> None:
        for forget in self._forget_all:
            forget()

    def _answer(self, outcome: Outcome) -> None:
        committed = outcome.committed
        if committed is not None:
            self.bus.tell(committed)
            self.head = committed.last_pos
            COMMITS.inc()
            CHANGES.inc(len(outcome.changes))
            BATCH_CHANGES.observe(len(outcome.changes))
            HEAD.set(committed.last_pos)
        for change in outcome.changes:
            if change.answer.done():
                continue
            if change.error is not None:
                change.answer.set_exception(change.error)
            else:
                change.answer.set_result(change.result)
        if committed is not None:
            self.bus.tell_readers(committed)


def _could_not_be_stored(changes: list[Change]) -> Outcome:
    for change in changes:
        change.error = Unavailable("The change could not be stored")
    return Outcome(changes)
