"""The table of what was accepted."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.kit.database import metadata

accepted_policy = sa.Table(
    "accepted_policy",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, comment="of the user"),
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("policy", sa.Text, primary_key=True),
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("accepted_at_ms", sa.BigInteger, nullable=False),
    comment="Which documents somebody accepted; stays when the account ends",
)
