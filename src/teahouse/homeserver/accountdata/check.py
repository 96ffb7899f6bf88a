"""Whether what is counted of account data is there."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from teahouse.homeserver.accountdata.tables import account_data, account_data_size
from teahouse.kit.database import ReadTx


def problems(tx: ReadTx) -> Iterator[str]:
    """A sentence for each thing that is wrong."""
    kept = (
        sa.select(
            account_data.c.user_id,
            sa.func.count().label("pieces"),
            sa.func.sum(sa.func.length(account_data.c.content)).label("size_bytes"),
        )
        .group_by(account_data.c.user_id)
        .subquery()
    )
    counted = account_data_size.c
    joined = kept.outerjoin(account_data_size, counted.user_id == kept.c.user_id)
    for row in tx.all(
        sa.select(kept, counted.pieces.label("counted"), counted.size_bytes.label("summed"))
        .select_from(joined)
        .order_by(kept.c.user_id)
    ):
        if (row.pieces, row.size_bytes) != (row.counted, row.summed):
            yield (
                f"account data of {row.user_id} is {row.pieces} pieces, {row.size_bytes} bytes,"
                f" counted as {row.counted}, {row.summed}"
            )
