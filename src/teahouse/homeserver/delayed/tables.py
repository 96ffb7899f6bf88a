"""Events that wait to be sent, and what became of them."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.kit.database import metadata

delayed_event = sa.Table(
    "delayed_event",
    metadata,
    sa.Column(
        "shard",
        sa.SmallInteger,
        primary_key=True,
        comment="of the room",
        info={"made_from": ["room_id"]},
    ),
    sa.Column("delay_id", sa.Text, primary_key=True),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("room_id", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("state_key", sa.Text),
    sa.Column("content", sa.LargeBinary, nullable=False, comment="JSON"),
    sa.Column("delay_ms", sa.BigInteger, nullable=False),
    sa.Column("since_ms", sa.BigInteger, nullable=False, comment="scheduled or restarted"),
    sa.Column("send_at_ms", sa.BigInteger, nullable=False),
    sa.Column("finalised_at_ms", sa.BigInteger, comment="sent, cancelled or refused"),
    sa.Column("event_id", sa.Text, comment="of what was sent"),
    sa.Column("error", sa.LargeBinary, comment="JSON: why it was refused"),
    sa.Index(
        "delayed_event_due",
        "send_at_ms",
        sqlite_where=sa.text("finalised_at_ms IS NULL"),
        postgresql_where=sa.text("finalised_at_ms IS NULL"),
    ),
    sa.Index("delayed_event_by_user", "user_id", "finalised_at_ms", "send_at_ms"),
    sa.Index("delayed_event_by_end", "finalised_at_ms"),
)
