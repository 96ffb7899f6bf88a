"""Rows of values to join with: many keys of several columns in one statement.

SQLite uses no index for several columns IN a list, and SQLAlchemy compiles its own VALUES anew
each time, which takes longer than the query.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa


def value_rows(rows: Sequence[tuple[Any, ...]], *columns: sa.Column[Any]) -> sa.CTE:
    """A table expression `wanted` with columns of these names; `rows` are not empty.

    Further rows are all NULL, so that few statements are different. They join with nothing.
    """
    size = 1 << (len(rows) - 1).bit_length()
    padded = [*rows, *[(None,) * len(columns)] * (size - len(rows))]
    values = [value for row in padded for value in row]
    text = sa.text(_values(size, len(columns))).bindparams(
        *(
            sa.bindparam(f"v{i}", value, type_=columns[i % len(columns)].type)
            for i, value in enumerate(values)
        )
    )
    # Both databases name the columns of VALUES so.
    unnamed = [sa.column(f"column{i}", c.type) for i, c in enumerate(columns, 1)]
    found = text.columns(*unnamed).subquery("found")
    named = [column.label(c.name) for column, c in zip(found.c, columns, strict=True)]
    return sa.select(*named).cte("wanted")


@cache
def _values(size: int, width: int) -> str:
    rows = (", ".join(f":v{row * width + i}" for i in range(width)) for row in range(size))
    return "VALUES " + ", ".join(f"({row})" for row in rows)
