"""delayed."""

import sqlalchemy as sa
from alembic import op

revision = "delayed_0001"
down_revision = None
branch_labels = ("delayed",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delayed_event",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the room"),
        sa.Column("delay_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("room_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("state_key", sa.Text(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="JSON"),
        sa.Column("delay_ms", sa.BigInteger(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False, comment="scheduled or restarted"),
        sa.Column("send_at_ms", sa.BigInteger(), nullable=False),
        sa.Column(
            "finalised_at_ms", sa.BigInteger(), nullable=True, comment="sent, cancelled or refused"
        ),
        sa.Column("event_id", sa.Text(), nullable=True, comment="of what was sent"),
        sa.Column("error", sa.LargeBinary(), nullable=True, comment="JSON: why it was refused"),
        sa.PrimaryKeyConstraint("shard", "delay_id"),
    )
    op.create_index("delayed_event_by_end", "delayed_event", ["finalised_at_ms"], unique=False)
    op.create_index(
        "delayed_event_by_user",
        "delayed_event",
        ["user_id", "finalised_at_ms", "send_at_ms"],
        unique=False,
    )
    op.create_index(
        "delayed_event_due",
        "delayed_event",
        ["send_at_ms"],
        unique=False,
        sqlite_where=sa.text("finalised_at_ms IS NULL"),
        postgresql_where=sa.text("finalised_at_ms IS NULL"),
    )
