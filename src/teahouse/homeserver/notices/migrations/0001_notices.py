"""notices."""

import sqlalchemy as sa
from alembic import op

revision = "notices_0001"
down_revision = None
branch_labels = ("notices",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_author",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the user"),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "user_id"),
        comment="Accounts that the server made to speak from",
    )
    op.create_table(
        "notice_room",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the user who reads"),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("room_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "user_id"),
        comment="Where each person gets notices",
    )
