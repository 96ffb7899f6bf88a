"""Insert, or change the row that is there: one statement on both databases."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from teahouse.kit.log.tx import WriteTx
from teahouse.kit.prepared import Prepared


def upsert(tx: WriteTx, table: sa.Table, keys: dict[str, Any], values: dict[str, Any]) -> None:
    """`keys` are the primary key's columns."""
    statement = _statement(tx.dialect_name, table, tuple(keys), tuple(values))
    tx.change(statement, **keys, **values)


@cache
def _statement(
    dialect_name: str, table: sa.Table, keys: tuple[str, ...], values: tuple[str, ...]
) -> Prepared:
    statement = _insert(dialect_name, table, *keys, *values)
    if not values:
        return Prepared(statement.on_conflict_do_nothing(index_elements=keys))
    new = {name: statement.excluded[name] for name in values}
    return Prepared(statement.on_conflict_do_update(index_elements=keys, set_=new))


def insert_if_absent(tx: WriteTx, table: sa.Table, **row: Any) -> bool:
    """Whether the row was not there and now is."""
    return tx.change(_absent(tx.dialect_name, table, tuple(row)), **row) == 1


@cache
def _absent(dialect_name: str, table: sa.Table, columns: tuple[str, ...]) -> Prepared:
    return Prepared(_insert(dialect_name, table, *columns).on_conflict_do_nothing())


def insert_or_add(
    tx: WriteTx, table: sa.Table, keys: dict[str, Any], column: sa.Column[int], amount: int
) -> None:
    """The column's number grows by the amount; it is the amount where there was no row."""
    statement = _adding(tx.dialect_name, table, tuple(keys), column)
    tx.change(statement, **keys, **{column.name: amount})


@cache
def _adding(
    dialect_name: str, table: sa.Table, keys: tuple[str, ...], column: sa.Column[int]
) -> Prepared:
    statement = _insert(dialect_name, table, *keys, column.name)
    grown = {column.name: column + statement.excluded[column.name]}
    return Prepared(statement.on_conflict_do_update(index_elements=keys, set_=grown))


def _insert(dialect_name: str, table: sa.Table, *columns: str) -> postgresql.Insert | sqlite.Insert:
    insert = sqlite.insert if dialect_name == "sqlite" else postgresql.insert
    return insert(table).values({name: sa.bindparam(name) for name in columns})
