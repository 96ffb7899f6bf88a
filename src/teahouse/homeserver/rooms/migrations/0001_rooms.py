"""rooms."""

import sqlalchemy as sa
from alembic import op

revision = "rooms_0001"
down_revision = None
branch_labels = ("rooms",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("room_id", sa.Text(), nullable=False),
        sa.Column("pos", sa.BigInteger(), nullable=False, comment="arrival: for sync only"),
        sa.Column("room_order", sa.BigInteger(), nullable=False, comment="timeline: for history"),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("state_key", sa.Text(), nullable=True),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("origin_server_ts", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.Text(), nullable=True),
        sa.Column(
            "notify_no", sa.BigInteger(), nullable=False, comment="count outside threads, to here"
        ),
        sa.Column(
            "thread_no", sa.BigInteger(), nullable=True, comment="count of its own thread, to here"
        ),
        sa.Column("device_id", sa.Text(), nullable=True, comment="of the sender, with txn_id"),
        sa.Column("txn_id", sa.Text(), nullable=True),
        sa.Column(
            "body", sa.LargeBinary(), nullable=False, comment="as clients see it, no unsigned"
        ),
        sa.Column(
            "unsigned",
            sa.LargeBinary(),
            nullable=True,
            comment="its part that is the same for all readers",
        ),
        sa.Column(
            "edges", sa.LargeBinary(), nullable=False, comment="what the PDU has besides body"
        ),
        sa.PrimaryKeyConstraint("shard", "room_id", "pos"),
    )
    op.create_index("event_by_id", "event", ["shard", "event_id"], unique=True)
    op.create_index(
        "event_by_sender", "event", ["shard", "room_id", "sender", "thread_id", "pos"], unique=False
    )
    op.create_index(
        "event_by_thread",
        "event",
        ["shard", "room_id", "thread_id", "pos"],
        unique=False,
        sqlite_where=sa.text("thread_id IS NOT NULL"),
        postgresql_where=sa.text("thread_id IS NOT NULL"),
    )
    op.create_index(
        "event_in_threads",
        "event",
        ["shard", "room_id", "pos", "thread_id"],
        unique=False,
        sqlite_where=sa.text("thread_id IS NOT NULL"),
        postgresql_where=sa.text("thread_id IS NOT NULL"),
    )
    op.create_table(
        "forgotten_room",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("room_id", sa.Text(), nullable=False),
        sa.Column("pos", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "user_id", "room_id"),
    )
    op.create_table(
        "membership",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("room_id", sa.Text(), nullable=False),
        sa.Column("from_pos", sa.BigInteger(), nullable=False),
        sa.Column("to_pos", sa.BigInteger(), nullable=False),
        sa.Column("membership", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column(
            "stripped_state",
            sa.LargeBinary(),
            nullable=True,
            comment="what an invited or knocking user sees",
        ),
        sa.PrimaryKeyConstraint("shard", "user_id", "room_id", "from_pos"),
        comment="A user's rooms, as intervals, in the user's shard",
    )
    op.create_index(
        "membership_by_pos", "membership", ["shard", "user_id", "from_pos"], unique=False
    )
    op.create_table(
        "relation",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("parent_id", sa.Text(), nullable=False),
        sa.Column("pos", sa.BigInteger(), nullable=False),
        sa.Column("room_id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("rel_type", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True, comment="of an annotation"),
        sa.PrimaryKeyConstraint("shard", "parent_id", "pos"),
        comment="Which events relate to which; `pos` is the related event's",
    )
    op.create_table(
        "room",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("room_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("creator", sa.Text(), nullable=False),
        sa.Column("created_pos", sa.BigInteger(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False, comment="in the public directory"),
        sa.PrimaryKeyConstraint("shard", "room_id"),
    )
    op.create_index(
        "room_published",
        "room",
        ["room_id"],
        unique=False,
        sqlite_where=sa.text("published = 1"),
        postgresql_where=sa.text("published"),
    )
    op.create_table(
        "room_alias",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("room_id", sa.Text(), nullable=False),
        sa.Column("creator", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "alias"),
    )
    op.create_index("room_alias_by_room", "room_alias", ["room_id"], unique=False)
    op.create_table(
        "room_state",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("room_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("state_key", sa.Text(), nullable=False),
        sa.Column("from_pos", sa.BigInteger(), nullable=False, comment="the state event's own pos"),
        sa.Column("to_pos", sa.BigInteger(), nullable=False, comment="exclusive"),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("membership", sa.Text(), nullable=True, comment="of m.room.member"),
        sa.PrimaryKeyConstraint("shard", "room_id", "type", "state_key", "from_pos"),
        comment="State as intervals: at p it is what has from_pos <= p < to_pos",
    )
    op.create_index(
        "room_state_by_pos", "room_state", ["shard", "room_id", "from_pos"], unique=False
    )
