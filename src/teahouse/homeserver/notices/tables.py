"""Tables of the server's notices."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.kit.database import metadata

notice_author = sa.Table(
    "notice_author",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, comment="of the user"),
    sa.Column("user_id", sa.Text, primary_key=True),
    comment="Accounts that the server made to speak from",
)

notice_room = sa.Table(
    "notice_room",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, comment="of the user who reads"),
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("room_id", sa.Text, nullable=False),
    comment="Where each person gets notices",
)
