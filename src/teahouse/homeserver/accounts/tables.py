"""Accounts, their tokens, their profiles, and invitations to make one."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.kit.database import metadata

account = sa.Table(
    "account",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, comment="of the user"),
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("password_hash", sa.Text, comment="none: no password opens this account"),
    sa.Column("is_admin", sa.Boolean, nullable=False),
    sa.Column("created_at_ms", sa.BigInteger, nullable=False),
    sa.Column("deactivated_at_ms", sa.BigInteger),
    sa.Column("is_guest", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("locked_at_ms", sa.BigInteger, comment="none: it may be used"),
    sa.Column("suspended_at_ms", sa.BigInteger, comment="none: it may also speak"),
    sa.Index(
        "account_of_guest",
        "created_at_ms",
        "user_id",
        sqlite_where=sa.text("is_guest = 1 AND deactivated_at_ms IS NULL"),
        postgresql_where=sa.text("is_guest AND deactivated_at_ms IS NULL"),
    ),
    comment="Every account, deactivated ones too: a name is never given twice",
)

access_token = sa.Table(
    "access_token",
    metadata,
    sa.Column(
        "shard",
        sa.SmallInteger,
        primary_key=True,
        comment="of the user",
        info={"made_from": ["user_id"]},
    ),
    sa.Column("token_hash", sa.LargeBinary, primary_key=True),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("device_id", sa.Text, nullable=False),
    sa.Column("expires_at_ms", sa.BigInteger, comment="none: valid until signed out"),
    sa.Column("refresh_hash", sa.LargeBinary, comment="of the refresh token given with it"),
    sa.Column("replaces", sa.LargeBinary, comment="token to delete when this one is first used"),
    sa.Index("access_token_by_device", "shard", "user_id", "device_id"),
    sa.Index("access_token_by_refresh", "shard", "refresh_hash", unique=True),
    comment="A device has one, and for the moment of a refresh two",
)

profile = sa.Table(
    "profile",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, comment="of the user"),
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("fields", sa.LargeBinary, nullable=False, comment="JSON object"),
    sa.Column("folded_name", sa.Text, comment="the display name as it is searched for"),
    comment="What a user shows of themselves, to everyone on this server",
)

registration_token = sa.Table(
    "registration_token",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, comment="of the token"),
    sa.Column("token", sa.Text, primary_key=True),
    sa.Column("uses_left", sa.BigInteger, comment="none: any number"),
    sa.Column("expires_at_ms", sa.BigInteger, comment="none: never"),
    sa.Column("makes_admin", sa.Boolean, nullable=False),
    comment="Invitations to make an account; a used-up one is deleted",
)
