"""policies."""

import sqlalchemy as sa
from alembic import op

revision = "policies_0001"
down_revision = None
branch_labels = ("policies",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accepted_policy",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the user"),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("accepted_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "user_id", "policy", "version"),
        comment="Which documents somebody accepted; stays when the account ends",
    )
