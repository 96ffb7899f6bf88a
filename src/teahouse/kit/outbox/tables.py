"""The table of the outbox."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.kit.database import metadata

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, comment="of the queue"),
    sa.Column("queue", sa.Text, primary_key=True, comment="kind/name"),
    sa.Column("pos", sa.BigInteger, primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("put_at_ms", sa.BigInteger, nullable=False),
    sa.Column("attempts", sa.BigInteger, nullable=False, comment="that failed"),
    sa.Column("due_at_ms", sa.BigInteger, nullable=False),
    sa.Index("outbox_by_due", "due_at_ms", "shard", "queue"),
    comment="What is to be sent, in order per queue; gone once it was sent",
)
