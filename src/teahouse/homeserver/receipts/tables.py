"""Receipts, and who types where."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.kit.database import metadata

receipt = sa.Table(
    "receipt",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, comment="of the room"),
    sa.Column("room_id", sa.Text, primary_key=True),
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("receipt_type", sa.Text, primary_key=True),
    sa.Column("thread_id", sa.Text, primary_key=True, comment="a root, main, or empty: unthreaded"),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("event_pos", sa.BigInteger, nullable=False),
    sa.Column("ts_ms", sa.BigInteger, nullable=False),
    sa.Column("pos", sa.BigInteger, nullable=False),
    sa.Index("receipt_by_pos", "shard", "room_id", "pos"),
)

room_typing = sa.Table(
    "room_typing",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, comment="of the room"),
    sa.Column("room_id", sa.Text, primary_key=True),
    sa.Column("user_ids", sa.LargeBinary, nullable=False, comment="JSON"),
    sa.Column("somebody", sa.Boolean, nullable=False),
    sa.Column("pos", sa.BigInteger, nullable=False),
    sa.Index(
        "room_typing_now",
        "shard",
        "room_id",
        sqlite_where=sa.text("somebody = 1"),
        postgresql_where=sa.text("somebody"),
    ),
)
