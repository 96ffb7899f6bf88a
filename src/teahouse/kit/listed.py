"""Rows of values to join with: a list of many columns as one parameter, on both databases.

The statement's text does not depend on how many rows there are, so it is compiled once. And
`(a, b) IN (VALUES ...)` would read the whole table on SQLite, which uses no index for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from teahouse.kit.database import ReadTx


def listed(tx: ReadTx | str, parameter: str, **columns: type) -> sa.CTE:
    """The rows in `parameter`, which `as_parameter` makes; columns are of type int or str.

    `tx`, or the name of its dialect.
    """
    dialect = tx if isinstance(tx, str) else tx.dialect_name
    wanted = enumerate(columns.items())
    if dialect == "sqlite":
        rows = sa.func.json_each(sa.bindparam(parameter, type_=sa.Text)).table_valued("value")
        cells = [
            sa.func.json_extract(rows.c.value, f"$[{place}]", type_=_SQL[kind]()).label(name)
            for place, (name, kind) in wanted
        ]
    else:
        value = sa.cast(sa.bindparam(parameter, type_=sa.Text), postgresql.JSONB)
        rows = sa.func.jsonb_array_elements(value).table_valued(
            sa.column("value", postgresql.JSONB)
        )
        cells = [
            sa.cast(rows.c.value[place].astext, _SQL[kind]()).label(name)
            for place, (name, kind) in wanted
        ]
    return sa.select(*cells).cte(f"listed_{parameter}")


class _IsListed(FunctionElement[bool]):
    type = sa.Boolean()
    inherit_cache = True
    _is_implicitly_boolean = True


def is_listed(parameter: str, *columns: sa.Column[Any]) -> sa.ColumnElement[bool]:
    """Whether a row's `columns` are listed in `parameter`: for updates and deletes too.

    The columns are of one table, hold text or integers, and begin one of its indexes.
    """
    return _IsListed(*columns, sa.bindparam(parameter, type_=sa.Text))


def as_parameter(rows: Iterable[Sequence[Any]]) -> str:
    return orjson.dumps([list(row) for row in rows]).decode()


_SQL: dict[type, type[sa.BigInteger] | type[sa.Text]] = {int: sa.BigInteger, str: sa.Text}


@compiles(_IsListed, "sqlite")
def _for_sqlite(element: _IsListed, compiler: Any, **kw: Any) -> str:
    *columns, parameter = element.clauses
    table = compiler.preparer.format_table(columns[0].table)
    matches = " AND ".join(
        f"found.{compiler.preparer.format_column(column)} = json_extract(wanted.value, '$[{n}]')"
        for n, column in enumerate(columns)
    )
    # CROSS JOIN keeps SQLite from reading the table first.
    return (
        f"{table}.rowid IN (SELECT found.rowid FROM json_each({compiler.process(parameter, **kw)})"  # noqa: S608
        f" AS wanted CROSS JOIN {table} AS found WHERE {matches})"
    )


@compiles(_IsListed, "postgresql")
def _for_postgresql(element: _IsListed, compiler: Any, **kw: Any) -> str:
    *columns, parameter = element.clauses
    names = ", ".join(compiler.process(column, **kw) for column in columns)
    values = ", ".join(
        f"CAST(wanted.value ->> {n} AS {compiler.dialect.type_compiler_instance.process(c.type)})"
        for n, c in enumerate(columns)
    )
    return (
        f"({names}) IN (SELECT {values} FROM"  # noqa: S608
        f" jsonb_array_elements(CAST({compiler.process(parameter, **kw)} AS JSONB))"
        " AS wanted (value))"
    )
