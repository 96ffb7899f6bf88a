"""All SQL of reports."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.homeserver.reports.model import Report
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


def newest(tx: ReadTx, limit: int) -> list[Report]:
    columns = [report.c[name] for name in Report.__dataclass_fields__]
    order = (report.c.reported_at_ms.desc(), report.c.user_id, report.c.kind, report.c.reported_id)
    rows = tx.all(sa.select(*columns).order_by(*order).limit(limit))
    return [Report(**row._mapping) for row in rows]
