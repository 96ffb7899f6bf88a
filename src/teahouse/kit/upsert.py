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
    statement = _insert(dialect_name, table)
    if not values:
        return statement.on_conflict_do_nothing(index_elements=keys)
    new = {name: statement.excluded[name] for name in values}
    return statement.on_conflict_do_update(index_elements=keys, set_=new)


def insert_if_absent(tx: WriteTx, table: sa.Table, **row: Any) -> bool:
    """Whether the row was not there and now is."""
    statement = _insert(tx.dialect_name, table).values(**row).on_conflict_do_nothing()
    # SQLAlchemy forgets an insert's row count unless told to keep it.
    return tx.run(statement.execution_options(preserve_rowcount=True)).rowcount == 1


def insert_or_add(
    tx: WriteTx, table: sa.Table, keys: dict[str, Any], column: sa.Column[int], amount: int
) -> None:
    """The column's number grows by the amount; it is the amount where there was no row."""
    statement = _insert(tx.dialect_name, table).values({**keys, column.name: amount})
    grown = {column.name: column + amount}
    tx.run(statement.on_conflict_do_update(index_elements=list(keys), set_=grown))


def _insert(dialect_name: str, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    return sqlite.insert(table) if dialect_name == "sqlite" else postgresql.insert(table)
