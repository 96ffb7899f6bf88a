"""The table of tickets."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.kit.database import metadata

ticket = sa.Table(
    "ticket",
    metadata,
    sa.Column(
        "shard",
        sa.SmallInteger,
        primary_key=True,
        comment="of the user",
        info={"made_from": ["user_id"]},
    ),
    sa.Column("token_hash", sa.LargeBinary, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("device_id", sa.Text, nullable=False, comment="that asked for it"),
    sa.Column("expires_at_ms", sa.BigInteger, nullable=False),
    sa.Index("ticket_by_device", "shard", "user_id", "device_id"),
    sa.Index("ticket_by_end", "expires_at_ms"),
    comment="Short-lived tokens; gone once used or over",
)
