"""receipts."""

import sqlalchemy as sa
from alembic import op

revision = "receipts_0001"
down_revision = None
branch_labels = ("receipts",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "receipt",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the room"),
        sa.Column("room_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("receipt_type", sa.Text(), nullable=False),
        sa.Column(
            "thread_id", sa.Text(), nullable=False, comment="a root, main, or empty: unthreaded"
        ),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("event_pos", sa.BigInteger(), nullable=False),
        sa.Column("ts_ms", sa.BigInteger(), nullable=False),
        sa.Column("pos", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "room_id", "user_id", "receipt_type", "thread_id"),
    )
    op.create_index("receipt_by_pos", "receipt", ["shard", "room_id", "pos"], unique=False)
    op.create_table(
        "room_typing",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the room"),
        sa.Column("room_id", sa.Text(), nullable=False),
        sa.Column("user_ids", sa.LargeBinary(), nullable=False, comment="JSON"),
        sa.Column("somebody", sa.Boolean(), nullable=False),
        sa.Column("pos", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "room_id"),
    )
    op.create_index(
        "room_typing_now",
        "room_typing",
        ["shard", "room_id"],
        unique=False,
        sqlite_where=sa.text("somebody = 1"),
        postgresql_where=sa.text("somebody"),
    )
