"""Devices, and the messages that wait for them."""

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

device_message = sa.Table(
    "device_message",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, comment="of the recipient"),
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("device_id", sa.Text, primary_key=True),
    sa.Column("pos", sa.BigInteger, primary_key=True),
    sa.Column(
        "nth", sa.BigInteger, nullable=False, comment="counts up by one in what waits for a device"
    ),
    sa.Column("message", sa.LargeBinary, nullable=False, comment="JSON as sync gives it out"),
    sa.Column("late_sender", sa.Text, comment="of what came when many waited already"),
    sa.Index(
        "device_message_late",
        "shard",
        "user_id",
        "device_id",
        "late_sender",
        sqlite_where=sa.text("late_sender IS NOT NULL"),
        postgresql_where=sa.text("late_sender IS NOT NULL"),
    ),
    comment="Messages that a device has not acknowledged yet",
)
