"""Connections of sliding sync."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.kit.database import metadata

sliding_connection = sa.Table(
    "sliding_connection",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, comment="of the user"),
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("device_id", sa.Text, primary_key=True),
    sa.Column("conn_id", sa.Text, primary_key=True),
    sa.Column("generation", sa.BigInteger, nullable=False, comment="a position of the log"),
    sa.Column("sent", sa.LargeBinary, nullable=False, comment="JSON: with the newest answer"),
    sa.Column("previous_generation", sa.BigInteger),
    sa.Column("previous_sent", sa.LargeBinary, comment="JSON: with the answer before"),
    comment="What clients have; two generations, since an answer may be lost",
)
