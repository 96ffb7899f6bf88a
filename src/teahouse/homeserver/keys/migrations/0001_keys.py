"""keys."""

import sqlalchemy as sa
from alembic import op

revision = "keys_0001"
down_revision = None
branch_labels = ("keys",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "backup_key",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the user"),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("room_id", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("first_message_index", sa.BigInteger(), nullable=False),
        sa.Column("forwarded_count", sa.BigInteger(), nullable=False),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("session_data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "user_id", "version", "room_id", "session_id"),
        comment="Encrypted room keys",
    )
    op.create_table(
        "backup_version",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the user"),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("algorithm", sa.Text(), nullable=False),
        sa.Column("auth_data", sa.LargeBinary(), nullable=False),
        sa.Column("etag", sa.BigInteger(), nullable=False, comment="moves whenever a key changes"),
        sa.Column("key_count", sa.BigInteger(), nullable=False),
        sa.Column(
            "is_deleted", sa.Boolean(), nullable=False, comment="the number is not used again"
        ),
        sa.PrimaryKeyConstraint("shard", "user_id", "version"),
        comment="Backups of room keys; keys go into the newest",
    )
    op.create_table(
        "cross_signing_key",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the user"),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("usage", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False, comment="canonical JSON, as uploaded"),
        sa.PrimaryKeyConstraint("shard", "user_id", "usage"),
        comment="Master, self-signing and user-signing keys",
    )
    op.create_table(
        "device_key",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the user"),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("device_id", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False, comment="canonical JSON, as uploaded"),
        sa.PrimaryKeyConstraint("shard", "user_id", "device_id"),
        comment="The identity keys of each device",
    )
    op.create_table(
        "device_list",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the user"),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("pos", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "user_id"),
        comment="When a user's devices or cross-signing keys last changed",
    )
    op.create_index("device_list_by_pos", "device_list", ["pos"], unique=False)
    op.create_table(
        "key_pool",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the user"),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("device_id", sa.Text(), nullable=False),
        sa.Column("algorithm", sa.Text(), nullable=False),
        sa.Column("fallback_key_id", sa.Text(), nullable=True),
        sa.Column("fallback_key", sa.LargeBinary(), nullable=True),
        sa.Column("fallback_used", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "user_id", "device_id", "algorithm"),
        comment="Which algorithms a device has keys of to claim, with its fallback key",
    )
    op.create_table(
        "key_signature",
        sa.Column(
            "shard", sa.SmallInteger(), nullable=False, comment="of the user whose key is signed"
        ),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column(
            "key_name", sa.Text(), nullable=False, comment="a device ID, or a master public key"
        ),
        sa.Column("signer", sa.Text(), nullable=False),
        sa.Column("signing_key_id", sa.Text(), nullable=False, comment="like ed25519:NAME"),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "user_id", "key_name", "signer", "signing_key_id"),
        comment="Signatures that came after the key they are on; all were right when they came",
    )
    op.create_table(
        "one_time_key",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the user"),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("device_id", sa.Text(), nullable=False),
        sa.Column("algorithm", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column(
            "pos", sa.BigInteger(), nullable=False, comment="of the upload: older ones go first"
        ),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "user_id", "device_id", "algorithm", "key_id"),
        comment="One-time keys that nobody has claimed yet",
    )
    op.create_index(
        "one_time_key_oldest",
        "one_time_key",
        ["shard", "user_id", "device_id", "algorithm", "pos", "key_id"],
        unique=False,
    )
    op.create_table(
        "signed_by_me",
        sa.Column("shard", sa.SmallInteger(), nullable=False, comment="of the signer"),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("other_user_id", sa.Text(), nullable=False),
        sa.Column("pos", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "user_id", "other_user_id"),
        comment="When a user last signed somebody else's key: news for the signer's own devices",
    )
