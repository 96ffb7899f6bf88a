"""reports."""

import sqlalchemy as sa
from alembic import op

revision = "reports_0001"
down_revision = None
branch_labels = ("reports",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False, comment="who reports"),
        sa.Column("kind", sa.Text(), nullable=False, comment="event, room or user"),
        sa.Column("reported_id", sa.Text(), nullable=False),
        sa.Column("room_id", sa.Text(), nullable=True, comment="of an event"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reported_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "user_id", "kind", "reported_id"),
    )
