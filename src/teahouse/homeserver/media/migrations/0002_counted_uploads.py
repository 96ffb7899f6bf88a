"""counted uploads."""

from collections import Counter

import sqlalchemy as sa
from alembic import op

from teahouse.kit.shards import shard_of

revision = "media_0002"
down_revision = "media_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "media_content",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column(
            "uses", sa.BigInteger(), nullable=False, comment="Rows of media; 0: to be removed"
        ),
        sa.PrimaryKeyConstraint("shard", "object"),
        comment="One row a file",
    )
    op.create_index(
        "media_content_unused",
        "media_content",
        ["uses"],
        unique=False,
        sqlite_where=sa.text("uses = 0"),
        postgresql_where=sa.text("uses = 0"),
    )
    op.create_table(
        "media_pending",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("media_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "media_id"),
        comment="Addresses that were given out before their content",
    )
    op.create_index("media_pending_by_expiry", "media_pending", ["expires_at_ms"], unique=False)
    op.create_index(
        "media_pending_by_user", "media_pending", ["user_id", "expires_at_ms"], unique=False
    )
    op.create_table(
        "media_total",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard"),
        comment="What the files that are used have together, by their shard",
    )
    op.create_table(
        "media_usage",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "user_id"),
        comment="What all uploads of a user have together",
    )
    op.add_column(
        "media", sa.Column("accessed_at_ms", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.create_index("media_by_access", "media", ["accessed_at_ms"], unique=False)
    _count_what_is_there(op.get_bind())


def _count_what_is_there(connection: sa.Connection) -> None:
    connection.execute(sa.text("UPDATE media SET accessed_at_ms = uploaded_at_ms"))
    total: Counter[int] = Counter()
    files = connection.execute(
        sa.text("SELECT object, size_bytes, count(*) FROM media GROUP BY object, size_bytes")
    ).all()
    for name, size_bytes, uses in files:
        total[shard_of(name)] += size_bytes
        connection.execute(
            sa.text("INSERT INTO media_content VALUES (:shard, :name, :size_bytes, :uses)"),
            {"shard": shard_of(name), "name": name, "size_bytes": size_bytes, "uses": uses},
        )
    users = connection.execute(
        sa.text("SELECT user_id, sum(size_bytes) FROM media GROUP BY user_id")
    ).all()
    for user_id, size_bytes in users:
        connection.execute(
            sa.text("INSERT INTO media_usage VALUES (:shard, :user_id, :size_bytes)"),
            {"shard": shard_of(user_id), "user_id": user_id, "size_bytes": int(size_bytes)},
        )
    for shard, size_bytes in total.items():
        connection.execute(
            sa.text("INSERT INTO media_total VALUES (:shard, :size_bytes)"),
            {"shard": shard, "size_bytes": size_bytes},
        )
