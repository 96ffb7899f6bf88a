"""names to search."""

import sqlalchemy as sa
from alembic import op

revision = "accounts_0003"
down_revision = "accounts_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "profile",
        sa.Column(
            "folded_name",
            sa.Text(),
            nullable=True,
            comment="the display name as it is searched for",
        ),
    )
