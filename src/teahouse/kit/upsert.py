"""Insert, or change the row that is there: one statement on both databases."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from teahouse.kit.log.tx import WriteTx


def upsert(tx: WriteTx, table: sa.Table, keys: dict[str, Any], values: dict[str, Any]) -> None:
    """`keys` are the primary key's columns."""
    dialect = sqlite if tx.dialect_name == "sqlite" else postgresql
    statement = dialect.insert(table).values(**keys, **values)
    if values:
        statement = statement.on_conflict_do_update(index_elements=list(keys), set_=values)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(keys))
    tx.run(statement)


def insert_if_absent(tx: WriteTx, table: sa.Table, **row: Any) -> bool:
    """Whether the row was not there and now is."""
    dialect = sqlite if tx.dialect_name == "sqlite" else postgresql
    statement = dialect.insert(table).values(**row).on_conflict_do_nothing()
    # SQLAlchemy forgets an insert's row count unless told to keep it.
    return tx.run(statement.execution_options(preserve_rowcount=True)).rowcount == 1
