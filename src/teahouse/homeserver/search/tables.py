"""The index: which term stands in which event. It can be thrown away and made again."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.kit.database import metadata

posting = sa.Table(
    "search_posting",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, comment="of the room"),
    sa.Column("room_id", sa.Text, primary_key=True),
    sa.Column("term", sa.Text, primary_key=True),
    sa.Column("pos", sa.BigInteger, primary_key=True, comment="the event's"),
    # The key is all there is to a row: SQLite needs no second tree for it.
    sqlite_with_rowid=False,
)

progress = sa.Table(
    "search_progress",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, comment="0: one index follows the log"),
    sa.Column("pos", sa.BigInteger, nullable=False, comment="everything until here is indexed"),
)
