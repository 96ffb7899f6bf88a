"""outbox."""

import sqlalchemy as sa
from alembic import op

revision = "outbox_0001"
down_revision = None
branch_labels = ("outbox",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the queue"),
        sa.Column("queue", sa.Text(), nullable=False, comment="kind/name"),
        sa.Column("pos", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("put_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False, comment="that failed"),
        sa.Column("due_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "queue", "pos"),
        comment="What is to be sent, in order per queue; gone once it was sent",
    )
    op.create_index("outbox_by_due", "outbox", ["due_at_ms", "shard", "queue"], unique=False)
