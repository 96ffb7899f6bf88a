"""guests to sweep."""

import sqlalchemy as sa
from alembic import op

revision = "accounts_0004"
down_revision = "accounts_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "account_of_guest",
        "account",
        ["created_at_ms", "user_id"],
        unique=False,
        sqlite_where=sa.text("is_guest = 1 AND deactivated_at_ms IS NULL"),
        postgresql_where=sa.text("is_guest AND deactivated_at_ms IS NULL"),
    )
