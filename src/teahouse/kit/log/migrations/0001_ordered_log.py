"""ordered log."""

import sqlalchemy as sa
from alembic import op

revision = "log_0001"
down_revision = None
branch_labels = ("log",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "log_commit",
        sa.Column("log", sa.Text(), nullable=False),
        sa.Column("first_pos", sa.BigInteger(), nullable=False),
        sa.Column("last_pos", sa.BigInteger(), nullable=False),
        sa.Column(
            "touched", sa.LargeBinary(), nullable=False, comment="JSON: rooms and users touched"
        ),
        sa.Column("committed_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("log", "first_pos"),
        comment="One row a commit, kept for a day: what a reader that missed a wake-up reads",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "log_head",
        sa.Column("log", sa.Text(), nullable=False),
        sa.Column("pos", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("log"),
        comment="The allocator of positions, the commit order and the fence, in one row a log",
    )
    op.create_table(
        "log_shard",
        sa.Column("shard", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("log", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("shard"),
        comment="Which log each logical shard writes to",
    )
    op.create_table(
        "once_result",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "key"),
        comment="What a request with a transaction id was answered, so that a retry is the same",
        sqlite_with_rowid=False,
    )
    op.create_index("once_result_by_time", "once_result", ["made_at_ms"], unique=False)
