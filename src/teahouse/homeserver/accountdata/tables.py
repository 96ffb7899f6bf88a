"""Account data and filters."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.kit.database import metadata

account_data = sa.Table(
    "account_data",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, comment="of the user"),
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("room_id", sa.Text, primary_key=True, comment="empty: of the whole account"),
    sa.Column("type", sa.Text, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False, comment="JSON object"),
    sa.Column("pos", sa.BigInteger, nullable=False, comment="of the last change"),
    sa.Index("account_data_by_pos", "shard", "user_id", "pos"),
    comment="What a user's clients keep here, tags and push rules among it",
)

account_data_size = sa.Table(
    "account_data_size",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, comment="of the user"),
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("pieces", sa.BigInteger, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    comment="How much account data a user keeps",
)

sync_filter = sa.Table(
    "sync_filter",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, comment="of the user"),
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("filter_id", sa.BigInteger, primary_key=True),
    sa.Column("digest", sa.LargeBinary, nullable=False, comment="of the definition"),
    sa.Column("definition", sa.LargeBinary, nullable=False, comment="JSON object, as sent"),
    sa.Index("sync_filter_by_digest", "shard", "user_id", "digest", unique=True),
    comment="Filters for sync; the same definition has one ID",
)
