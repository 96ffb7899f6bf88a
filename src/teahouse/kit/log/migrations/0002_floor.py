"""floor."""

import sqlalchemy as sa
from alembic import op

revision = "log_0002"
down_revision = "log_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "log_head",
        sa.Column(
            "floor",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="what clients hold of a place before it is of a log that is gone",
        ),
    )
