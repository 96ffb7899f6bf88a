"""Whether rows stand in the shard that their identifier says."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from teahouse.kit.database import ReadTx
from teahouse.kit.shards import shard_of

PAGE = 1_000


def identifier(table: sa.Table) -> sa.ColumnElement[str] | None:
    """What the shard of a row is made from: what follows it in the key, else what
    `info={"made_from": names}` on the column says, the first of them that is not empty.

    None where nothing of it is kept, and for tables that have no shard or nothing behind it.
    """
    key = [column.name for column in table.primary_key.columns]
    if key[:1] != ["shard"]:
        return None
    names = table.c.shard.info.get("made_from", key[1:2])
    columns = [table.c[name] for name in names]
    if len(columns) < 2:
        return columns[0] if columns else None
    return sa.func.coalesce(*(sa.func.nullif(column, "") for column in columns))


def problems(tx: ReadTx, table: sa.Table) -> Iterator[str]:
    made_from = identifier(table)
    if made_from is None:
        return
    pairs = sa.select(table.c.shard, made_from.label("identifier")).distinct()
    for page in tx.pages(pairs, PAGE):
        for row in page:
            if row.shard != shard_of(row.identifier):
                yield f"table {table.name}: {row.identifier} is in shard {row.shard}"
