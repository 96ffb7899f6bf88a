"""webpush."""

import sqlalchemy as sa
from alembic import op

revision = "push_0002"
down_revision = "push_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vapid_key",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("private_key", sa.LargeBinary(), nullable=False, comment="a number, 32 bytes"),
        sa.Column("public_key", sa.LargeBinary(), nullable=False, comment="a point, uncompressed"),
        sa.PrimaryKeyConstraint("shard"),
        comment="One row: the key that tells push services of browsers who sends",
    )
    op.add_column(
        "pusher", sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False)
    )
    op.add_column(
        "pusher",
        sa.Column(
            "ack_hash", sa.LargeBinary(), nullable=True, comment="of the token that makes it active"
        ),
    )
    op.add_column("pusher", sa.Column("ack_until_ms", sa.BigInteger(), nullable=True))
