"""Rows that wait to be inserted together: one statement for many rows, past the ORM's layers.

The send path inserts a handful of rows a change; at thousands of changes a second the cost is in
the number of statements, not of rows. Values must be ones that both drivers take as they are:
int, str, bytes, bool, None.
"""

from __future__ import annotations

from functools import cache
from itertools import chain
from typing import Any

import sqlalchemy as sa

FEW = 16
"""So many rows or fewer are one statement; more are one for the sixteens, and one for the rest."""
LARGEST_CHUNK = 8 * FEW


class InsertInto:
    """How to insert into a table, by the number of rows: few statements, so as to stay prepared."""

    def __init__(self, table: sa.Table, placeholder: str) -> None:
        self.columns = tuple(column.name for column in table.columns)
        # Names come from the schema's own source, values go as parameters.
        self._into = f"INSERT INTO {table.name} ({', '.join(self.columns)}) VALUES "  # noqa: S608
        self._values = f"({', '.join([placeholder] * len(self.columns))})"
        self._by_rows: dict[int, str] = {}

    def statement(self, rows: int) -> str:
        found = self._by_rows.get(rows)
        if found is None:
            found = self._by_rows[rows] = self._into + ", ".join([self._values] * rows)
        return found


insert_into = cache(InsertInto)


class TableRows:
    """Pending rows of one table, in order."""

    def __init__(self, insert: InsertInto) -> None:
        self.rows: list[tuple[Any, ...]] = []
        self._insert = insert

    def add(self, values: dict[str, Any]) -> None:
        self.rows.append(tuple([values.get(name) for name in self._insert.columns]))

    def insert_through(self, cursor: Any, count: int) -> None:
        """Inserts the first `count` rows and forgets them."""
        rows, self.rows = self.rows[:count], self.rows[count:]
        start = 0
        while start < len(rows):
            size = _chunk_size(len(rows) - start)
            chunk = rows[start : start + size]
            cursor.execute(self._insert.statement(size), list(chain.from_iterable(chunk)))
            start += size


def _chunk_size(rows: int) -> int:
    return rows if rows <= FEW else min(LARGEST_CHUNK, rows - rows % FEW)


class PendingRows:
    """Pending rows of all tables; a mark is taken before each change and returned to on failure."""

    def __init__(self, dialect_name: str) -> None:
        self._placeholder = "?" if dialect_name == "sqlite" else "%s"
        self._tables: dict[str, TableRows] = {}

    def add(self, table: sa.Table, values: dict[str, Any]) -> None:
        pending = self._tables.get(table.name)
        if pending is None:
            pending = self._tables[table.name] = TableRows(insert_into(table, self._placeholder))
        pending.add(values)

    def mark(self) -> dict[str, int]:
        return {name: len(pending.rows) for name, pending in self._tables.items() if pending.rows}

    def cut_to(self, mark: dict[str, int]) -> None:
        for name, pending in self._tables.items():
            del pending.rows[mark.get(name, 0) :]

    def insert_through(self, cursor: Any, mark: dict[str, int]) -> None:
        for name, count in mark.items():
            self._tables[name].insert_through(cursor, count)
