"""What the counts of unread events can't be told by subtraction from: each person's exceptions."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.kit.database import metadata

read_position = sa.Table(
    "read_position",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, comment="of the user"),
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("room_id", sa.Text, primary_key=True),
    sa.Column("thread_id", sa.Text, primary_key=True, comment="a root, main, or empty for all"),
    sa.Column("event_pos", sa.BigInteger, nullable=False),
    sa.Column("pos", sa.BigInteger, nullable=False),
    sa.Index("read_position_by_pos", "shard", "user_id", "pos"),
    comment="How far a person has read, as their receipts say",
)

unread_mark = sa.Table(
    "unread_mark",
    metadata,
    sa.Column(
        "shard",
        sa.SmallInteger,
        primary_key=True,
        comment="of the user, else of the room",
        info={"made_from": ["user_id", "room_id"]},
    ),
    sa.Column("user_id", sa.Text, primary_key=True, comment="empty: for everybody"),
    sa.Column("room_id", sa.Text, primary_key=True),
    sa.Column("thread_id", sa.Text, primary_key=True, comment="empty: outside of threads"),
    sa.Column("pos", sa.BigInteger, primary_key=True, comment="the event's"),
    sa.Column("notify_sum", sa.BigInteger, nullable=False),
    sa.Column("highlight_sum", sa.BigInteger, nullable=False),
    comment="Events that count otherwise than for the members in general, as running sums",
)

push_scope = sa.Table(
    "push_scope",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True),
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("room_id", sa.Text, primary_key=True, comment="in lower case; empty: everywhere"),
    comment="Where a person's push rules count otherwise than the predefined ones",
)

ignored_sender = sa.Table(
    "ignored_sender",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, comment="of the user who ignores"),
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("ignored_id", sa.Text, primary_key=True),
)

pusher = sa.Table(
    "pusher",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, comment="of the user"),
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("app_id", sa.Text, primary_key=True),
    sa.Column("pushkey", sa.Text, primary_key=True),
    sa.Column("device_id", sa.Text, nullable=False, comment="that set it, and that it goes with"),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("app_display_name", sa.Text, nullable=False),
    sa.Column("device_display_name", sa.Text, nullable=False),
    sa.Column("profile_tag", sa.Text),
    sa.Column("lang", sa.Text, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False, comment="JSON, as the client sent it"),
    sa.Column("set_at_ms", sa.BigInteger, nullable=False),
    sa.Column("is_active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("ack_hash", sa.LargeBinary, comment="of the token that makes it active"),
    sa.Column("ack_until_ms", sa.BigInteger),
    sa.Index("pusher_by_pushkey", "app_id", "pushkey"),
    comment="Where a person's notifications are sent",
)

vapid_key = sa.Table(
    "vapid_key",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True),
    sa.Column("private_key", sa.LargeBinary, nullable=False, comment="a number, 32 bytes"),
    sa.Column("public_key", sa.LargeBinary, nullable=False, comment="a point, uncompressed"),
    comment="One row: the key that tells push services of browsers who sends",
)
