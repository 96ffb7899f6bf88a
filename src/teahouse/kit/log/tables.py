"""Tables of the log itself."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.kit.database import metadata

log_head = sa.Table(
    "log_head",
    metadata,
    sa.Column("log", sa.Text, primary_key=True),
    sa.Column("pos", sa.BigInteger, nullable=False),
    sa.Column("epoch", sa.BigInteger, nullable=False),
    sa.Column(
        "floor",
        sa.BigInteger,
        nullable=False,
        server_default="0",
        comment="what clients hold of a place before it is of a log that is gone",
    ),
    comment="The allocator of positions, the commit order and the fence, in one row a log",
)

log_shard = sa.Table(
    "log_shard",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("log", sa.Text, nullable=False),
    comment="Which log each logical shard writes to",
)

log_commit = sa.Table(
    "log_commit",
    metadata,
    sa.Column("log", sa.Text, primary_key=True),
    sa.Column("first_pos", sa.BigInteger, primary_key=True),
    sa.Column("last_pos", sa.BigInteger, nullable=False),
    sa.Column("touched", sa.LargeBinary, nullable=False, comment="JSON: rooms and users touched"),
    sa.Column("committed_at_ms", sa.BigInteger, nullable=False),
    comment="One row a commit, kept for a day: what a reader that missed a wake-up reads",
    # Every commit writes here: one tree in place of two.
    sqlite_with_rowid=False,
)

once_result = sa.Table(
    "once_result",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, info={"made_from": []}),
    sa.Column("key", sa.LargeBinary, primary_key=True),
    sa.Column("result", sa.LargeBinary, nullable=False),
    sa.Column("made_at_ms", sa.BigInteger, nullable=False),
    sa.Index("once_result_by_time", "made_at_ms"),
    comment="What a request with a transaction id was answered, so that a retry is the same",
    sqlite_with_rowid=False,
)
