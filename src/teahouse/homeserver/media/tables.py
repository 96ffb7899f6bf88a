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
    sa.Column("user_id", sa.Text, nullable=False, comment="Who uploaded it"),
    sa.Column("object", sa.Text, nullable=False, comment="SHA-256 of the content, hexadecimal"),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("content_type", sa.Text, nullable=False),
    sa.Column("filename", sa.Text),
    sa.Column("uploaded_at_ms", sa.BigInteger, nullable=False),
    sa.Index("media_by_user", "user_id", "uploaded_at_ms"),
    sa.Index("media_by_object", "object"),
    comment="One row an upload; the content itself is a file, shared by equal uploads",
)
