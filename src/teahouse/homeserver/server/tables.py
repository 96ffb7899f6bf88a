"""The server itself."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.kit.database import metadata

server = sa.Table(
    "server",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    comment="One row: the name in every ID that this database holds",
)
