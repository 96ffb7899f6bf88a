"""share of an inbox."""

import sqlalchemy as sa
from alembic import op

revision = "devices_0002"
down_revision = "devices_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "device_message",
        sa.Column(
            "late_sender", sa.Text(), nullable=True, comment="of what came when many waited already"
        ),
    )
    op.create_index(
        "device_message_late",
        "device_message",
        ["shard", "user_id", "device_id", "late_sender"],
        unique=False,
        sqlite_where=sa.text("late_sender IS NOT NULL"),
        postgresql_where=sa.text("late_sender IS NOT NULL"),
    )
