"""How far each application service was told, and the rooms that it lists."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.kit.database import metadata

progress = sa.Table(
    "appservice_progress",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, comment="of the service"),
    sa.Column("service_id", sa.Text, primary_key=True),
    sa.Column("pos", sa.BigInteger, nullable=False, comment="it was told all until here"),
    sa.Column("txn_id", sa.Text, comment="of what it is being told; none: nothing"),
    sa.Column("upto", sa.BigInteger, comment="where `pos` stands once it has that"),
    sa.Column("events", sa.LargeBinary, comment="JSON: room_id and pos of each event in it"),
    sa.Column("rest", sa.LargeBinary, comment="JSON: what is in it besides events"),
    comment="A transaction is written down before it is sent, so that it is repeated as it was",
)

network_room = sa.Table(
    "appservice_room",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, comment="of the service"),
    sa.Column("service_id", sa.Text, primary_key=True),
    sa.Column("network_id", sa.Text, primary_key=True),
    sa.Column("room_id", sa.Text, primary_key=True),
    comment="Rooms that an application service lists in the directory, by network",
)
