"""All SQL of reports."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.homeserver.reports.model import Key, Report
from teahouse.homeserver.reports.tables import report
from teahouse.kit.database import ReadTx
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import upsert


def put(tx: WriteTx, made: Report) -> None:
    upsert(
        tx,
        report,
        {
            "shard": shard_of(made.user_id),
            "user_id": made.user_id,
            "kind": made.kind,
            "reported_id": made.reported_id,
        },
        {
            "room_id": made.room_id,
            "reason": made.reason,
            "reported_at_ms": made.reported_at_ms,
        },
    )


def count(tx: ReadTx, user_id: str) -> int:
    counted: int = tx.scalar(
        sa.select(sa.func.count())
        .select_from(report)
        .where(report.c.shard == shard_of(user_id), report.c.user_id == user_id)
    )
    return counted


def newest(tx: ReadTx, limit: int, after: Key | None = None) -> list[Report]:
    """The newest ones; with `after`, of those that come after this one in the list."""
    keys = (report.c.reported_at_ms, report.c.user_id, report.c.kind, report.c.reported_id)
    columns = [report.c[name] for name in Report.__dataclass_fields__]
    wanted = sa.select(*columns).order_by(*(key.desc() for key in keys)).limit(limit)
    if after is not None:
        wanted = wanted.where(sa.tuple_(*keys) < sa.tuple_(*map(sa.literal, after)))
    return [Report(**row._mapping) for row in tx.all(wanted)]


def delete(tx: WriteTx, user_id: str, kind: str, reported_id: str) -> bool:
    """Whether it was there."""
    gone = tx.run(
        sa.delete(report).where(
            report.c.shard == shard_of(user_id),
            report.c.user_id == user_id,
            report.c.kind == kind,
            report.c.reported_id == reported_id,
        )
    )
    return gone.rowcount == 1


def total(tx: ReadTx) -> int:
    counted: int = tx.scalar(sa.select(sa.func.count()).select_from(report))
    return counted
