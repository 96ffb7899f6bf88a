"""account data."""

import sqlalchemy as sa
from alembic import op

revision = "accountdata_0001"
down_revision = None
branch_labels = ("accountdata",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_data",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the user"),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("room_id", sa.Text(), nullable=False, comment="empty: of the whole account"),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="JSON object"),
        sa.Column("pos", sa.BigInteger(), nullable=False, comment="of the last change"),
        sa.PrimaryKeyConstraint("shard", "user_id", "room_id", "type"),
        comment="What a user's clients keep here, tags and push rules among it",
    )
    op.create_index(
        "account_data_by_pos", "account_data", ["shard", "user_id", "pos"], unique=False
    )
    op.create_table(
        "sync_filter",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the user"),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("filter_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="of the definition"),
        sa.Column("definition", sa.LargeBinary(), nullable=False, comment="JSON object, as sent"),
        sa.PrimaryKeyConstraint("shard", "user_id", "filter_id"),
        comment="Filters for sync; the same definition has one ID",
    )
    op.create_index(
        "sync_filter_by_digest", "sync_filter", ["shard", "user_id", "digest"], unique=True
    )
