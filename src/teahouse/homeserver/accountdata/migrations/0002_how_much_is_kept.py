"""how much is kept."""

import sqlalchemy as sa
from alembic import op

revision = "accountdata_0002"
down_revision = "accountdata_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_data_size",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the user"),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("pieces", sa.BigInteger(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "user_id"),
        comment="How much account data a user keeps",
    )
    op.execute(
        "INSERT INTO account_data_size (shard, user_id, pieces, size_bytes)"
        " SELECT shard, user_id, count(*), sum(length(content))"
        " FROM account_data GROUP BY shard, user_id"
    )
