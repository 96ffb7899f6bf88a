"""push."""

import sqlalchemy as sa
from alembic import op

revision = "push_0001"
down_revision = None
branch_labels = ("push",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ignored_sender",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the user who ignores"),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("ignored_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "user_id", "ignored_id"),
    )
    op.create_table(
        "push_scope",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("room_id", sa.Text(), nullable=False, comment="in lower case; empty: everywhere"),
        sa.PrimaryKeyConstraint("shard", "user_id", "room_id"),
        comment="Where a person's push rules count otherwise than the predefined ones",
    )
    op.create_table(
        "pusher",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the user"),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("app_id", sa.Text(), nullable=False),
        sa.Column("pushkey", sa.Text(), nullable=False),
        sa.Column(
            "device_id", sa.Text(), nullable=False, comment="that set it, and that it goes with"
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("app_display_name", sa.Text(), nullable=False),
        sa.Column("device_display_name", sa.Text(), nullable=False),
        sa.Column("profile_tag", sa.Text(), nullable=True),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False, comment="JSON, as the client sent it"),
        sa.Column("set_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "user_id", "app_id", "pushkey"),
        comment="Where a person's notifications are sent",
    )
    op.create_index("pusher_by_pushkey", "pusher", ["app_id", "pushkey"], unique=False)
    op.create_table(
        "read_position",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the user"),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("room_id", sa.Text(), nullable=False),
        sa.Column("thread_id", sa.Text(), nullable=False, comment="a root, main, or empty for all"),
        sa.Column("event_pos", sa.BigInteger(), nullable=False),
        sa.Column("pos", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "user_id", "room_id", "thread_id"),
        comment="How far a person has read, as their receipts say",
    )
    op.create_index(
        "read_position_by_pos", "read_position", ["shard", "user_id", "pos"], unique=False
    )
    op.create_table(
        "unread_mark",
        sa.Column(
            "shard", sa.SmallInteger(), nullable=False, comment="of the user, else of the room"
        ),
        sa.Column("user_id", sa.Text(), nullable=False, comment="empty: for everybody"),
        sa.Column("room_id", sa.Text(), nullable=False),
        sa.Column("thread_id", sa.Text(), nullable=False, comment="empty: outside of threads"),
        sa.Column("pos", sa.BigInteger(), nullable=False, comment="the event's"),
        sa.Column("notify_sum", sa.BigInteger(), nullable=False),
        sa.Column("highlight_sum", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "user_id", "room_id", "thread_id", "pos"),
        comment="Events that count otherwise than for the members in general, as running sums",
    )
