"""tickets."""

import sqlalchemy as sa
from alembic import op

revision = "tickets_0001"
down_revision = None
branch_labels = ("tickets",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ticket",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the user"),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("device_id", sa.Text(), nullable=False, comment="that asked for it"),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "token_hash"),
        comment="Short-lived tokens; gone once used or over",
    )
    op.create_index("ticket_by_device", "ticket", ["shard", "user_id", "device_id"], unique=False)
    op.create_index("ticket_by_end", "ticket", ["expires_at_ms"], unique=False)
