"""Whether the log is whole: commits that follow each other without a gap, up to the head; shards
that all belong to a log; nothing that stands past the head."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from teahouse.kit.database import ReadTx, metadata
from teahouse.kit.log.tables import log_commit, log_head, log_shard
from teahouse.kit.shards import SHARDS

POSITIONS = ("pos", "from_pos", "created_pos", "event_pos")
"""Columns of any table that hold a position of the log."""


def problems(tx: ReadTx) -> Iterator[str]:
    """A sentence for each thing that is wrong."""
    heads = tx.all(sa.select(log_head))
    for head in heads:
        yield from _commit_problems(tx, head.log, head.pos)
        if head.floor > head.pos:
            yield f"log {head.log}: its floor {head.floor} is above the head {head.pos}"
    yield from _shard_problems(tx, {head.log for head in heads})
    yield from _position_problems(tx, max((head.pos for head in heads), default=0))


def _commit_problems(tx: ReadTx, log: str, head: int) -> Iterator[str]:
    last: int | None = None
    rows = (
        sa.select(log_commit.c.first_pos, log_commit.c.last_pos)
        .where(log_commit.c.log == log)
        .order_by(log_commit.c.first_pos)
    )
    for page in tx.pages(rows, 1_000):
        for row in page:
            if row.last_pos < row.first_pos:
                yield f"log {log}: the commit at {row.first_pos} ends before it begins"
            if last is not None and row.first_pos != last + 1:
                yield f"log {log}: after {last} comes {row.first_pos}"
            last = row.last_pos
    if last is not None and last != head:
        yield f"log {log}: the last commit ends at {last}, the head is at {head}"


def _shard_problems(tx: ReadTx, logs: set[str]) -> Iterator[str]:
    found = {row.shard: row.log for row in tx.all(sa.select(log_shard))}
    for shard in range(SHARDS if logs else 0):
        if found.get(shard) not in logs:
            yield f"shard {shard} belongs to no log"


def _position_problems(tx: ReadTx, head: int) -> Iterator[str]:
    for name, table in sorted(metadata.tables.items()):
        for column in (table.c[name] for name in POSITIONS if name in table.c):
            if table is log_head:
                continue
            newest = tx.scalar(sa.select(sa.func.max(column)))
            if newest is not None and newest > head:
                yield f"table {name}: {column.name} is at {newest}, past the head {head}"
