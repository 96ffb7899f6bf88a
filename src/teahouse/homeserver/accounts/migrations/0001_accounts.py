"""accounts."""

import sqlalchemy as sa
from alembic import op

revision = "accounts_0001"
down_revision = None
branch_labels = ("accounts",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_token",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the user"),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("device_id", sa.Text(), nullable=False),
        sa.Column(
            "expires_at_ms", sa.BigInteger(), nullable=True, comment="none: valid until signed out"
        ),
        sa.Column(
            "refresh_hash",
            sa.LargeBinary(),
            nullable=True,
            comment="of the refresh token given with it",
        ),
        sa.Column(
            "replaces",
            sa.LargeBinary(),
            nullable=True,
            comment="token to delete when this one is first used",
        ),
        sa.PrimaryKeyConstraint("shard", "token_hash"),
        comment="A device has one, and for the moment of a refresh two",
    )
    op.create_index(
        "access_token_by_device", "access_token", ["shard", "user_id", "device_id"], unique=False
    )
    op.create_index(
        "access_token_by_refresh", "access_token", ["shard", "refresh_hash"], unique=True
    )
    op.create_table(
        "account",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the user"),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column(
            "password_hash",
            sa.Text(),
            nullable=True,
            comment="none: no password opens this account",
        ),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("deactivated_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("shard", "user_id"),
        comment="Every account, deactivated ones too: a name is never given twice",
    )
    op.create_table(
        "profile",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the user"),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=False, comment="JSON object"),
        sa.PrimaryKeyConstraint("shard", "user_id"),
        comment="What a user shows of themselves, to everyone on this server",
    )
    op.create_table(
        "registration_token",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the token"),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("uses_left", sa.BigInteger(), nullable=True, comment="none: any number"),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=True, comment="none: never"),
        sa.Column("makes_admin", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "token"),
        comment="Invitations to make an account; a used-up one is deleted",
    )
