"""Keys of devices and users, signatures on them, and backups."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.kit.database import metadata


def _of_user(comment: str = "of the user") -> list[sa.Column[object]]:
    return [
        sa.Column("shard", sa.SmallInteger, primary_key=True, comment=comment),
        sa.Column("user_id", sa.Text, primary_key=True),
    ]


def _of_device() -> list[sa.Column[object]]:
    return [*_of_user(), sa.Column("device_id", sa.Text, primary_key=True)]


device_key = sa.Table(
    "device_key",
    metadata,
    *_of_device(),
    sa.Column("key", sa.LargeBinary, nullable=False, comment="canonical JSON, as uploaded"),
    comment="The identity keys of each device",
)

one_time_key = sa.Table(
    "one_time_key",
    metadata,
    *_of_device(),
    sa.Column("algorithm", sa.Text, primary_key=True),
    sa.Column("key_id", sa.Text, primary_key=True),
    sa.Column("pos", sa.BigInteger, nullable=False, comment="of the upload: older ones go first"),
    sa.Column("key", sa.LargeBinary, nullable=False),
    sa.Index("one_time_key_oldest", "shard", "user_id", "device_id", "algorithm", "pos", "key_id"),
    comment="One-time keys that nobody has claimed yet",
)

key_pool = sa.Table(
    "key_pool",
    metadata,
    *_of_device(),
    sa.Column("algorithm", sa.Text, primary_key=True),
    sa.Column("fallback_key_id", sa.Text),
    sa.Column("fallback_key", sa.LargeBinary),
    sa.Column("fallback_used", sa.Boolean, nullable=False),
    comment="Which algorithms a device has keys of to claim, with its fallback key",
)

cross_signing_key = sa.Table(
    "cross_signing_key",
    metadata,
    *_of_user(),
    sa.Column("usage", sa.Text, primary_key=True),
    sa.Column("public_key", sa.Text, nullable=False),
    sa.Column("key", sa.LargeBinary, nullable=False, comment="canonical JSON, as uploaded"),
    comment="Master, self-signing and user-signing keys",
)

key_signature = sa.Table(
    "key_signature",
    metadata,
    *_of_user("of the user whose key is signed"),
    sa.Column("key_name", sa.Text, primary_key=True, comment="a device ID, or a master public key"),
    sa.Column("signer", sa.Text, primary_key=True),
    sa.Column("signing_key_id", sa.Text, primary_key=True, comment="like ed25519:NAME"),
    sa.Column("signature", sa.Text, nullable=False),
    comment="Signatures that came after the key they are on; all were right when they came",
)

device_list = sa.Table(
    "device_list",
    metadata,
    *_of_user(),
    sa.Column("pos", sa.BigInteger, nullable=False),
    sa.Index("device_list_by_pos", "pos"),
    comment="When a user's devices or cross-signing keys last changed",
)

signed_by_me = sa.Table(
    "signed_by_me",
    metadata,
    *_of_user("of the signer"),
    sa.Column("other_user_id", sa.Text, primary_key=True),
    sa.Column("pos", sa.BigInteger, nullable=False),
    comment="When a user last signed somebody else's key: news for the signer's own devices",
)

backup_version = sa.Table(
    "backup_version",
    metadata,
    *_of_user(),
    sa.Column("version", sa.BigInteger, primary_key=True),
    sa.Column("algorithm", sa.Text, nullable=False),
    sa.Column("auth_data", sa.LargeBinary, nullable=False),
    sa.Column("etag", sa.BigInteger, nullable=False, comment="moves whenever a key changes"),
    sa.Column("key_count", sa.BigInteger, nullable=False),
    sa.Column("is_deleted", sa.Boolean, nullable=False, comment="the number is not used again"),
    comment="Backups of room keys; keys go into the newest",
)

backup_key = sa.Table(
    "backup_key",
    metadata,
    *_of_user(),
    sa.Column("version", sa.BigInteger, primary_key=True),
    sa.Column("room_id", sa.Text, primary_key=True),
    sa.Column("session_id", sa.Text, primary_key=True),
    sa.Column("first_message_index", sa.BigInteger, nullable=False),
    sa.Column("forwarded_count", sa.BigInteger, nullable=False),
    sa.Column("is_verified", sa.Boolean, nullable=False),
    sa.Column("session_data", sa.LargeBinary, nullable=False),
    comment="Encrypted room keys",
)
