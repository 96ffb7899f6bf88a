"""devices."""

import sqlalchemy as sa
from alembic import op

revision = "devices_0001"
down_revision = None
branch_labels = ("devices",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "device",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the user"),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("device_id", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=True),
        sa.Column("last_seen_ms", sa.BigInteger(), nullable=True),
        sa.Column("last_seen_ip", sa.Text(), nullable=True),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "user_id", "device_id"),
        comment="Every device that is signed in",
    )
    op.create_table(
        "device_message",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the recipient"),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("device_id", sa.Text(), nullable=False),
        sa.Column("pos", sa.BigInteger(), nullable=False),
        sa.Column(
            "nth",
            sa.BigInteger(),
            nullable=False,
            comment="counts up by one in what waits for a device",
        ),
        sa.Column("message", sa.LargeBinary(), nullable=False, comment="JSON as sync gives it out"),
        sa.PrimaryKeyConstraint("shard", "user_id", "device_id", "pos"),
        comment="Messages that a device has not acknowledged yet",
    )
