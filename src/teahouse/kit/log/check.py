"""Whether the log is whole: commits that follow each other without a gap, up to the head."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from teahouse.kit.database import ReadTx
from teahouse.kit.log.tables import log_commit, log_head


def problems(tx: ReadTx) -> Iterator[str]:
    """A sentence for each thing that is wrong."""
    for head in tx.all(sa.select(log_head)):
        rows = tx.all(
            sa.select(log_commit.c.first_pos, log_commit.c.last_pos)
            .where(log_commit.c.log == head.log)
            .order_by(log_commit.c.first_pos)
        )
        last: int | None = None
        for row in rows:
            if row.last_pos < row.first_pos:
                yield f"log {head.log}: the commit at {row.first_pos} ends before it begins"
            if last is not None and row.first_pos != last + 1:
                yield f"log {head.log}: after {last} comes {row.first_pos}"
            last = row.last_pos
        if last is not None and last != head.pos:
            yield f"log {head.log}: the last commit ends at {last}, the head is at {head.pos}"
