"""application services."""

import sqlalchemy as sa
from alembic import op

revision = "appservices_0001"
down_revision = None
branch_labels = ("appservices",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "appservice_progress",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the service"),
        sa.Column("service_id", sa.Text(), nullable=False),
        sa.Column("pos", sa.BigInteger(), nullable=False, comment="it was told all until here"),
        sa.Column(
            "txn_id", sa.Text(), nullable=True, comment="of what it is being told; none: nothing"
        ),
        sa.Column(
            "upto", sa.BigInteger(), nullable=True, comment="where `pos` stands once it has that"
        ),
        sa.Column(
            "events",
            sa.LargeBinary(),
            nullable=True,
            comment="JSON: room_id and pos of each event in it",
        ),
        sa.Column(
            "rest", sa.LargeBinary(), nullable=True, comment="JSON: what is in it besides events"
        ),
        sa.PrimaryKeyConstraint("shard", "service_id"),
        comment="A transaction is written down before it is sent, so that it is repeated as it was",
    )
    op.create_table(
        "appservice_room",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the service"),
        sa.Column("service_id", sa.Text(), nullable=False),
        sa.Column("network_id", sa.Text(), nullable=False),
        sa.Column("room_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "service_id", "network_id", "room_id"),
        comment="Rooms that an application service lists in the directory, by network",
    )
