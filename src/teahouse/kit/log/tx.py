"""The transaction that a use case writes in."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from teahouse.kit.database import ReadTx
from teahouse.kit.log.rows import PendingRows
from teahouse.kit.prepared import DriverCursor, Prepared

T = TypeVar("T")

BEGIN = "SAVEPOINT change"
RELEASE = "RELEASE SAVEPOINT change"
ROLL_BACK = "ROLLBACK TO SAVEPOINT change"


@dataclass(frozen=True, slots=True)
class Touched:
    """A room or user has news: `kind` names what (`account_data`, `to_device`, ...)."""

    identifier: str
    kind: str
    pos: int


class Batch:
    """What the changes of one commit share: the connection, the positions, the pending rows."""

    def __init__(self, connection: Connection, head: int, now_ms: int) -> None:
        self.connection = connection
        self.head = head
        self.last_pos = head
        self.now_ms = now_ms
        self.rows = PendingRows(connection.dialect.name)
        self.touched: set[str] = set()
        self.published: list[Any] = []
        self.rollbacks: list[Callable[[], None]] = []
        self.wrote = False
        self.finished = False

    def flush(self, mark: dict[str, int] | None = None) -> None:
        mark = self.rows.mark() if mark is None else mark
        if not mark:
            return
        with DriverCursor(self.connection) as cursor:
            self.rows.insert_through(cursor, mark)

    def run(self, text: str) -> None:
        with DriverCursor(self.connection) as cursor:
            cursor.execute(text)


class WriteTx(ReadTx):
    """One change of a batch, under a savepoint of its own.

    A change that only inserts costs no statement of its own: its rows wait for the batch. The
    savepoint is set when the change first runs a statement, with the rows of the changes before
    it inserted first, so that a failure undoes only itself.
    """

    def __init__(self, batch: Batch) -> None:
        super().__init__(batch.connection)
        self._batch = batch
        self._mark = batch.rows.mark()
        self._first_pos = batch.last_pos
        self._first_published = len(batch.published)
        self._is_begun = False
        self._rollbacks: list[Callable[[], None]] = []
        self._touched: set[str] = set()
        self._wrote = False

    @property
    def now_ms(self) -> int:
        """One moment for the whole batch, milliseconds since the epoch."""
        return self._batch.now_ms

    def next_pos(self) -> int:
        """Takes the next position of the log."""
        self._wrote = True
        self._batch.last_pos += 1
        return self._batch.last_pos

    def touch(self, identifier: str, kind: str, pos: int) -> None:
        """Says that this room or user has news of a kind at `pos`: what a waiting sync hears."""
        self._touched.add(identifier)
        self.publish(Touched(identifier, kind, pos))

    def changed(self, identifier: str) -> None:
        """Names a room or user in the log's own row of the commit; readers are told otherwise."""
        self._touched.add(identifier)

    def insert(self, table: sa.Table, **values: Any) -> None:
        """Adds a row with the batch. A row that may be there already needs `run` instead."""
        self._wrote = True
        self._batch.rows.add(table, values)

    def run(self, statement: sa.Executable, **values: Any) -> sa.CursorResult[Any]:
        """Runs an update, a delete, or an insert with a conflict clause."""
        result = self._execute(statement, values)
        # SQLite counts the rows of a RETURNING only as they are read, which is later.
        self._wrote |= result.returns_rows or result.rowcount != 0
        return result

    def change(self, statement: Prepared, **values: Any) -> int:
        """As `run`, of one that is prepared: how many rows it changed."""
        self._begin_to_run()
        changed = statement.changed(self._connection, values)
        self._wrote |= changed != 0
        return changed

    def remembered(self, key: Hashable, load: Callable[[], T]) -> T:
        """Nothing is remembered where it may change."""
        return load()

    def publish(self, item: Any) -> None:
        """Tells the readers in memory, once the batch is on disk."""
        self._batch.published.append(item)

    def on_rollback(self, forget: Callable[[], None]) -> None:
        """Registers what must be forgotten in memory when this change does not come to be."""
        self._rollbacks.append(forget)

    def _begin_to_run(self) -> None:
        if not self._is_begun:
            self._batch.flush(self._mark)
            self._mark = {}
            self._batch.run(BEGIN)
            self._is_begun = True
        self._batch.flush()

    def done(self) -> None:
        if self._is_begun:
            self._batch.flush()
            self._batch.run(RELEASE)
        self._batch.wrote |= self._wrote
        self._batch.touched |= self._touched
        self._batch.rollbacks += self._rollbacks

    def undo(self) -> None:
        self._batch.rows.cut_to(self._mark)
        if self._is_begun:
            self._batch.run(ROLL_BACK)
            self._batch.run(RELEASE)
        self._batch.last_pos = self._first_pos
        del self._batch.published[self._first_published :]
        for forget in self._rollbacks:
            forget()
