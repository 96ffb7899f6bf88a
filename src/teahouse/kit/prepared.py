"""Statements that are compiled once, and run by the driver's own cursor.

SQLAlchemy takes many times as long to run a statement as SQLite does to answer it, and a first sync
asks hundreds. What a prepared one needs from it, its text and the types of its columns, it asks
once.
"""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect

_LIST = re.compile(r"__\[POSTCOMPILE_([^\]~]+)(?:~~.+?~~)?\]")
"""Where SQLAlchemy leaves room for an expanding parameter."""
_NOTHING = "SELECT CAST(NULL AS {}) WHERE 1 = 0"
"""In place of an empty list."""

Process = Callable[[Any], Any]


class Prepared:
    """A statement that says with bindparams all that is not always the same.

    Lists may be bound, by expanding parameters.
    """

    def __init__(self, statement: sa.Select[Any] | sa.UpdateBase) -> None:
        self._statement = statement
        self._by_dialect: dict[str, Compiled] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Of a select, as named tuples. Errors: those of SQLAlchemy."""
        compiled = self._compiled(connection.dialect)
        with DriverCursor(connection) as cursor:
            cursor.execute(*compiled.call(values))
            return compiled.named(cursor.fetchall())

    def changed(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """How many rows were changed. Errors: those of SQLAlchemy."""
        compiled = self._compiled(connection.dialect)
        with DriverCursor(connection) as cursor:
            cursor.execute(*compiled.call(values))
            return int(cursor.rowcount)

    def _compiled(self, dialect: Dialect) -> Compiled:
        found = self._by_dialect.get(dialect.name)
        if found is None:
            found = self._by_dialect[dialect.name] = Compiled(self._statement, dialect)
        return found


class DriverCursor:
    """The driver's, whose errors become SQLAlchemy's."""

    def __init__(self, connection: Connection) -> None:
        self._dialect = connection.dialect
        try:
            self._cursor = connection.connection.cursor()
        except self._dialect.loaded_dbapi.Error as error:
            raise self._translated(error) from error

    def __enter__(self) -> Any:
        return self._cursor

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._cursor.close()
        if isinstance(error, self._dialect.loaded_dbapi.Error):
            raise self._translated(error) from error

    def _translated(self, error: Exception) -> BaseException:
        kind = self._dialect.loaded_dbapi.Error
        return sa.exc.DBAPIError.instance(
            None, None, error, kind, hide_parameters=True, dialect=self._dialect
        )


class Compiled:
    def __init__(self, statement: sa.Select[Any] | sa.UpdateBase, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self._text: str = compiled.string
        self._order: Sequence[str] | None = compiled.positiontup
        """Names by position; None where the driver takes them by name."""
        self._fixed = {
            name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required
        }
        self._lists = {
            name: dialect.type_compiler_instance.process(compiled.binds[name].type)
            for name in sorted(set(_LIST.findall(self._text)))
        }
        """SQL's names for the types of what is listed, by parameter."""
        self._texts: dict[tuple[int, ...], str] = {}
        self._to_driver: dict[str, Process] = {
            name: process
            for name, process in compiled._bind_processors.items()
            if callable(process) and name not in self._lists
        }
        columns = list(statement.selected_columns) if isinstance(statement, sa.Select) else []
        names = [column.key or "_" for column in columns]
        row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
        self._name: Process = partial(tuple.__new__, row)
        processes = [_from_driver(column.type, dialect) for column in columns]
        self._from_driver = processes if any(processes) else None

    def call(self, values: Mapping[str, Any]) -> tuple[str, Any]:
        """Text and parameters. Errors: KeyError where one is missing."""
        given = {**self._fixed, **values}
        for name, process in self._to_driver.items():
            given[name] = process(given[name])
        if self._lists:
            return self._with_lists(given)
        if self._order is None:
            return self._text, given
        return self._text, tuple([given[name] for name in self._order])

    def named(self, rows: Sequence[tuple[Any, ...]]) -> list[Any]:
        if self._from_driver is None:
            return list(map(self._name, rows))
        return [
            self._name(
                value if process is None else process(value)
                for process, value in zip(self._from_driver, row, strict=True)
            )
            for row in rows
        ]

    def _with_lists(self, given: dict[str, Any]) -> tuple[str, Any]:
        lists = {name: _padded(given[name]) for name in self._lists}
        sizes = tuple(len(values) for values in lists.values())
        text = self._texts.get(sizes)
        if text is None:
            text = self._texts[sizes] = self._expanded(lists)
        if self._order is None:
            for name, values in lists.items():
                given |= {f"{name}__{number}": value for number, value in enumerate(values)}
            return text, given
        parameters: list[Any] = []
        for name in self._order:
            if name in lists:
                parameters += lists[name]
            else:
                parameters.append(given[name])
        return text, tuple(parameters)

    def _expanded(self, lists: Mapping[str, Sequence[Any]]) -> str:
        def places(found: re.Match[str]) -> str:
            name = found[1]
            count = len(lists[name])
            if not count:
                return _NOTHING.format(self._lists[name])
            if self._order is not None:
                return ", ".join("?" * count)
            return ", ".join(f"%({name}__{number})s" for number in range(count))

        return _LIST.sub(places, self._text)


def _padded(values: Sequence[Any]) -> list[Any]:
    """Up to the next power of two, by the last one again: so there are few texts."""
    found = list(values)
    if found:
        found += [found[-1]] * ((1 << (len(found) - 1).bit_length()) - len(found))
    return found


def _from_driver(kind: Any, dialect: Dialect) -> Process | None:
    # Both drivers give bytes.
    if isinstance(kind, sa.LargeBinary):
        return None
    process: Process | None = kind.result_processor(dialect, None)
    return process
