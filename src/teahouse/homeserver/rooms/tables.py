"""Tables of rooms. A room's rows are in the room's shard, a member's in the user's."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from teahouse.kit.database import metadata

FOREVER: Final = 1 << 62
"""`to_pos` of an interval that has not ended."""

room = sa.Table(
    "room",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True),
    sa.Column("room_id", sa.Text, primary_key=True),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("creator", sa.Text, nullable=False),
    sa.Column("created_pos", sa.BigInteger, nullable=False),
    sa.Column("published", sa.Boolean, nullable=False, comment="in the public directory"),
    sa.Index(
        "room_published",
        "room_id",
        sqlite_where=sa.text("published = 1"),
        postgresql_where=sa.text("published"),
    ),
)

event = sa.Table(
    "event",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True),
    sa.Column("room_id", sa.Text, primary_key=True),
    sa.Column("pos", sa.BigInteger, primary_key=True, comment="arrival: for sync only"),
    sa.Column("room_order", sa.BigInteger, nullable=False, comment="timeline: for history"),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("state_key", sa.Text),
    sa.Column("sender", sa.Text, nullable=False),
    sa.Column("origin_server_ts", sa.BigInteger, nullable=False),
    sa.Column("thread_id", sa.Text),
    sa.Column("notify_no", sa.BigInteger, nullable=False, comment="count outside threads, to here"),
    sa.Column("thread_no", sa.BigInteger, comment="count of its own thread, to here"),
    sa.Column("device_id", sa.Text, comment="of the sender, with txn_id"),
    sa.Column("txn_id", sa.Text),
    sa.Column("body", sa.LargeBinary, nullable=False, comment="as clients see it, no unsigned"),
    sa.Column("unsigned", sa.LargeBinary, comment="its part that is the same for all readers"),
    sa.Column("edges", sa.LargeBinary, nullable=False, comment="what the PDU has besides body"),
    sa.Column("erased_pos", sa.BigInteger, comment="who comes after it sees the event redacted"),
    sa.Index("event_by_id", "shard", "event_id", unique=True),
    sa.Index("event_by_sender", "shard", "room_id", "sender", "thread_id", "pos"),
    sa.Index(
        "event_by_thread",
        "shard",
        "room_id",
        "thread_id",
        "pos",
        sqlite_where=sa.text("thread_id IS NOT NULL"),
        postgresql_where=sa.text("thread_id IS NOT NULL"),
    ),
    sa.Index(
        "event_in_threads",
        "shard",
        "room_id",
        "pos",
        "thread_id",
        sqlite_where=sa.text("thread_id IS NOT NULL"),
        postgresql_where=sa.text("thread_id IS NOT NULL"),
    ),
)

relation = sa.Table(
    "relation",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, info={"made_from": ["room_id"]}),
    sa.Column("parent_id", sa.Text, primary_key=True),
    sa.Column("pos", sa.BigInteger, primary_key=True),
    sa.Column("room_id", sa.Text, nullable=False),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("rel_type", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("sender", sa.Text, nullable=False),
    sa.Column("key", sa.Text, comment="of an annotation"),
    comment="Which events relate to which; `pos` is the related event's",
)

room_state = sa.Table(
    "room_state",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True),
    sa.Column("room_id", sa.Text, primary_key=True),
    sa.Column("type", sa.Text, primary_key=True),
    sa.Column("state_key", sa.Text, primary_key=True),
    sa.Column("from_pos", sa.BigInteger, primary_key=True, comment="the state event's own pos"),
    sa.Column("to_pos", sa.BigInteger, nullable=False, comment="exclusive"),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("membership", sa.Text, comment="of m.room.member"),
    sa.Index("room_state_by_pos", "shard", "room_id", "from_pos"),
    comment="State as intervals: at p it is what has from_pos <= p < to_pos",
)

membership = sa.Table(
    "membership",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True),
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("room_id", sa.Text, primary_key=True),
    sa.Column("from_pos", sa.BigInteger, primary_key=True),
    sa.Column("to_pos", sa.BigInteger, nullable=False),
    sa.Column("membership", sa.Text, nullable=False),
    sa.Column("sender", sa.Text, nullable=False),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("stripped_state", sa.LargeBinary, comment="what an invited or knocking user sees"),
    sa.Index("membership_by_pos", "shard", "user_id", "from_pos"),
    comment="A user's rooms, as intervals, in the user's shard",
)

forgotten = sa.Table(
    "forgotten_room",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True),
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("room_id", sa.Text, primary_key=True),
    sa.Column("pos", sa.BigInteger, nullable=False),
)

alias = sa.Table(
    "room_alias",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True),
    sa.Column("alias", sa.Text, primary_key=True),
    sa.Column("room_id", sa.Text, nullable=False),
    sa.Column("creator", sa.Text, nullable=False),
    sa.Index("room_alias_by_room", "room_id"),
)

history_purge = sa.Table(
    "history_purge",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, comment="of the room"),
    sa.Column("room_id", sa.Text, primary_key=True),
    sa.Column("upto_pos", sa.BigInteger, nullable=False),
    sa.Column("is_done", sa.Boolean, nullable=False),
    comment="Up to where a room has only its state",
)

erased_sender = sa.Table(
    "erased_sender",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, comment="of the user"),
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("pos", sa.BigInteger, nullable=False),
    sa.Column("is_done", sa.Boolean, nullable=False),
    comment="Who wanted what they said to be gone",
)
