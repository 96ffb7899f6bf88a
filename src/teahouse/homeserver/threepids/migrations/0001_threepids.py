"""threepids."""

import sqlalchemy as sa
from alembic import op

revision = "threepids_0001"
down_revision = None
branch_labels = ("threepids",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "email_address",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the address"),
        sa.Column("address", sa.Text(), nullable=False, comment="folded"),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("validated_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("added_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "address"),
        comment="An address belongs to one account",
    )
    op.create_index("email_address_by_user", "email_address", ["user_id"], unique=False)
    op.create_table(
        "email_session",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the sid"),
        sa.Column("sid", sa.Text(), nullable=False, comment="hash of purpose, address and secret"),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False, comment="folded"),
        sa.Column("send_attempt", sa.BigInteger(), nullable=False, comment="the newest"),
        sa.Column(
            "token_hash", sa.LargeBinary(), nullable=True, comment="none: nothing can be confirmed"
        ),
        sa.Column("next_link", sa.Text(), nullable=True),
        sa.Column("validated_at_ms", sa.BigInteger(), nullable=True, comment="none: not yet"),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "sid"),
        comment="Validations: somebody says that they read a mailbox; gone once used or over",
    )
    op.create_index("email_session_by_end", "email_session", ["expires_at_ms"], unique=False)
