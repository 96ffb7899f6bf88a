"""E-mail addresses of accounts, and validations on their way."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.kit.database import metadata

email_address = sa.Table(
    "email_address",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, comment="of the address"),
    sa.Column("address", sa.Text, primary_key=True, comment="folded"),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("validated_at_ms", sa.BigInteger, nullable=False),
    sa.Column("added_at_ms", sa.BigInteger, nullable=False),
    sa.Index("email_address_by_user", "user_id"),
    comment="An address belongs to one account",
)

email_session = sa.Table(
    "email_session",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True, comment="of the sid"),
    sa.Column("sid", sa.Text, primary_key=True, comment="hash of purpose, address and secret"),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False, comment="folded"),
    sa.Column("send_attempt", sa.BigInteger, nullable=False, comment="the newest"),
    sa.Column("token_hash", sa.LargeBinary, comment="none: nothing can be confirmed"),
    sa.Column("next_link", sa.Text),
    sa.Column("validated_at_ms", sa.BigInteger, comment="none: not yet"),
    sa.Column("expires_at_ms", sa.BigInteger, nullable=False),
    sa.Index("email_session_by_end", "expires_at_ms"),
    comment="Validations: somebody says that they read a mailbox; gone once used or over",
)
