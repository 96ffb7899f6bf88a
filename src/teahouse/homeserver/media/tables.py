"""Tables of the media."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.kit.database import metadata

# The shard is the media id's: an address says nothing of who uploaded it.
media = sa.Table(
    "media",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True),
    sa.Column("media_id", sa.Text, primary_key=True),
    sa.Column("user_id", sa.Text, nullable=False, comment="Who uploaded it; nobody is empty"),
    sa.Column("object", sa.Text, nullable=False, comment="SHA-256 of the content, hexadecimal"),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("content_type", sa.Text, nullable=False),
    sa.Column("filename", sa.Text),
    sa.Column("uploaded_at_ms", sa.BigInteger, nullable=False),
    sa.Column("accessed_at_ms", sa.BigInteger, nullable=False, server_default="0"),
    sa.Index("media_by_user", "user_id", "uploaded_at_ms"),
    sa.Index("media_by_object", "object"),
    sa.Index("media_by_access", "accessed_at_ms"),
    comment="One row an upload; the content itself is a file, shared by equal uploads",
)

media_pending = sa.Table(
    "media_pending",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True),
    sa.Column("media_id", sa.Text, primary_key=True),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("expires_at_ms", sa.BigInteger, nullable=False),
    sa.Index("media_pending_by_user", "user_id", "expires_at_ms"),
    sa.Index("media_pending_by_expiry", "expires_at_ms"),
    comment="Addresses that were given out before their content",
)

# The shard is the content's.
media_content = sa.Table(
    "media_content",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True),
    sa.Column("object", sa.Text, primary_key=True),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("uses", sa.BigInteger, nullable=False, comment="Rows of media; 0: to be removed"),
    sa.Index(
        "media_content_unused",
        "uses",
        sqlite_where=sa.text("uses = 0"),
        postgresql_where=sa.text("uses = 0"),
    ),
    comment="One row a file",
)

# The shard is the user's.
media_usage = sa.Table(
    "media_usage",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True),
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    comment="What all uploads of a user have together",
)

media_total = sa.Table(
    "media_total",
    metadata,
    sa.Column("shard", sa.SmallInteger, primary_key=True),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    comment="What the files that are used have together, by their shard",
)
