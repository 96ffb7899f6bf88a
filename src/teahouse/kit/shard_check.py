"""Whether rows stand in the shard that their identifier says."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from teahouse.kit.database import ReadTx
from teahouse.kit.shards import shard_of

PAGE = 1_000


def problems(tx: ReadTx, column: sa.Column[str]) -> Iterator[str]:
    """`column` holds what the shard of its table's rows is made from."""
    table = column.table
    pairs = sa.select(table.c.shard, column.label("identifier")).distinct()
    for page in tx.pages(pairs, PAGE):
        for row in page:
            if row.shard != shard_of(row.identifier):
                yield f"table {table.name}: {row.identifier} is in shard {row.shard}"
