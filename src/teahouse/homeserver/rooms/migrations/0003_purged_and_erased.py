"""purged and erased."""

import sqlalchemy as sa
from alembic import op

revision = "rooms_0003"
down_revision = "rooms_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erased_sender",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the user"),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("pos", sa.BigInteger(), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "user_id"),
        comment="Who wanted what they said to be gone",
    )
    op.create_table(
        "history_purge",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the room"),
        sa.Column("room_id", sa.Text(), nullable=False),
        sa.Column("upto_pos", sa.BigInteger(), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "room_id"),
        comment="Up to where a room has only its state",
    )
    op.add_column(
        "event",
        sa.Column(
            "erased_pos",
            sa.BigInteger(),
            nullable=True,
            comment="who comes after it sees the event redacted",
        ),
    )
