"""standing."""

import sqlalchemy as sa
from alembic import op

revision = "accounts_0002"
down_revision = "accounts_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "account", sa.Column("is_guest", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column(
        "account",
        sa.Column("locked_at_ms", sa.BigInteger(), nullable=True, comment="none: it may be used"),
    )
    op.add_column(
        "account",
        sa.Column(
            "suspended_at_ms", sa.BigInteger(), nullable=True, comment="none: it may also speak"
        ),
    )
