"""Rows of values to join with: a list of many columns as one parameter, on both databases.

The statement's text does not depend on how many rows there are, so it is compiled once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

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


def as_parameter(rows: Iterable[Sequence[Any]]) -> str:
    return orjson.dumps([list(row) for row in rows]).decode()


_SQL: dict[type, type[sa.BigInteger] | type[sa.Text]] = {int: sa.BigInteger, str: sa.Text}
