"""sliding."""

import sqlalchemy as sa
from alembic import op

revision = "sliding_0001"
down_revision = None
branch_labels = ("sliding",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sliding_connection",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the user"),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("device_id", sa.Text(), nullable=False),
        sa.Column("conn_id", sa.Text(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False, comment="a position of the log"),
        sa.Column("sent", sa.LargeBinary(), nullable=False, comment="JSON: with the newest answer"),
        sa.Column("previous_generation", sa.BigInteger(), nullable=True),
        sa.Column(
            "previous_sent", sa.LargeBinary(), nullable=True, comment="JSON: with the answer before"
        ),
        sa.PrimaryKeyConstraint("shard", "user_id", "device_id", "conn_id"),
        comment="What clients have; two generations, since an answer may be lost",
    )
