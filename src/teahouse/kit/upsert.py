"""Insert, or change the row that is there: one statement on both databases."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from teahouse.kit.log.tx import WriteTx


def upsert(tx: WriteTx, table: sa.Table, keys: dict[str, Any], values: dict[str, Any]) -> None:
    """`keys` are the primary key's columns."""
    statement = _statement(tx.dialect_name, table, tuple(keys), tuple(values))
    tx.run(statement, **keys, **values)


@cache
def _statement(
    dialect_name: str, table: sa.Table, keys: tuple[str, ...], values: tuple[str, ...]
) -> sa.Insert:
    dialect = sqlite if dialect_name == "sqlite" else postgresql
    statement: postgresql.Insert | sqlite.Insert = dialect.insert(table)
    if not values:
        return statement.on_conflict_do_nothing(index_elements=keys)
    new = {name: statement.excluded[name] for name in values}
    return statement.on_conflict_do_update(index_elements=keys, set_=new)


def insert_if_absent(tx: WriteTx, table: sa.Table, **row: Any) -> bool:
    """Whether the row was not there and now is."""
    dialect = sqlite if tx.dialect_name == "sqlite" else postgresql
    statement = dialect.insert(table).values(**row).on_conflict_do_nothing()
    # SQLAlchemy forgets an insert's row count unless told to keep it.
    return tx.run(statement.execution_options(preserve_rowcount=True)).rowcount == 1
