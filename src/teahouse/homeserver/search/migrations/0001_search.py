"""search."""

import sqlalchemy as sa
from alembic import op

revision = "search_0001"
down_revision = None
branch_labels = ("search",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_posting",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the room"),
        sa.Column("room_id", sa.Text(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("pos", sa.BigInteger(), nullable=False, comment="the event's"),
        sa.PrimaryKeyConstraint("shard", "room_id", "term", "pos"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "search_progress",
        sa.Column(
            "shard", sa.SmallInteger(), nullable=False, comment="0: one index follows the log"
        ),
        sa.Column(
            "pos", sa.BigInteger(), nullable=False, comment="everything until here is indexed"
        ),
        sa.PrimaryKeyConstraint("shard"),
    )
