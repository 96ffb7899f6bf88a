"""Rows that wait to be inserted together: one statement for many rows, past the ORM's layers.

The send path inserts a handful of rows a change; at thousands of changes a second the cost is in
the number of statements, not of rows. Values must be ones that both drivers take as they are:
int, str, bytes, bool, None.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

LARGEST_CHUNK = 128


class TableRows:
    """Pending rows of one table, in order."""

    def __init__(self, table: sa.Table, placeholder: str) -> None:
        self.columns = tuple(column.name for column in table.columns)
        self.rows: list[tuple[Any, ...]] = []
        # Names come from the schema's own source, values go as parameters.
        self._into = f"INSERT INTO {table.name} ({', '.join(self.columns)}) VALUES "  # noqa: S608
        self._values = f"({', '.join([placeholder] * len(self.columns))})"
        self._statements: dict[int, str] = {}

    def add(self, values: dict[str, Any]) -> None:
        self.rows.append(tuple([values.get(name) for name in self.columns]))

    def insert_through(self, cursor: Any, count: int) -> None:
        """Inserts the first `count` rows and forgets them."""
        rows, self.rows = self.rows[:count], self.rows[count:]
        start = 0
        while start < len(rows):
            size = _chunk_size(len(rows) - start)
            chunk = rows[start : start + size]
            cursor.execute(self._statement(size), [value for row in chunk for value in row])
            start += size

    def _statement(self, size: int) -> str:
        """Sizes are powers of two, so that few statements need to be prepared."""
        if size not in self._statements:
            self._statements[size] = self._into + ", ".join([self._values] * size)
        return self._statements[size]


def _chunk_size(rows: int) -> int:
    return int(min(LARGEST_CHUNK, 1 << (rows.bit_length() - 1)))


class PendingRows:
    """Pending rows of all tables; a mark is taken before each change and returned to on failure."""

    def __init__(self, dialect_name: str) -> None:
        self._placeholder = "?" if dialect_name == "sqlite" else "%s"
        self._tables: dict[str, TableRows] = {}

    def add(self, table: sa.Table, values: dict[str, Any]) -> None:
        pending = self._tables.get(table.name)
        if pending is None:
            pending = self._tables[table.name] = TableRows(table, self._placeholder)
        pending.add(values)

    def mark(self) -> dict[str, int]:
        return {name: len(pending.rows) for name, pending in self._tables.items() if pending.rows}

    def cut_to(self, mark: dict[str, int]) -> None:
        for name, pending in self._tables.items():
            del pending.rows[mark.get(name, 0) :]

    def insert_through(self, cursor: Any, mark: dict[str, int]) -> None:
        for name, count in mark.items():
            self._tables[name].insert_through(cursor, count)
