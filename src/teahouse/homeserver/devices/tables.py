"""Devices."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.kit.database import metadata

device = sa.Table(
    "device",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, comment="of the user"),
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("device_id", sa.Text, primary_key=True),
    sa.Column("display_name", sa.Text),
    sa.Column("last_seen_ms", sa.BigInteger),
    sa.Column("last_seen_ip", sa.Text),
    sa.Column("created_at_ms", sa.BigInteger, nullable=False),
    comment="Every device that is signed in",
)
