"""Tables of reports, in the shard of who reports."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.kit.database import metadata

report = sa.Table(
    "report",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True),
    sa.Column("user_id", sa.Text, primary_key=True, comment="who reports"),
    sa.Column("kind", sa.Text, primary_key=True, comment="event, room or user"),
    sa.Column("reported_id", sa.Text, primary_key=True),
    sa.Column("room_id", sa.Text, comment="of an event"),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("reported_at_ms", sa.BigInteger, nullable=False),
)
