"""media."""

import sqlalchemy as sa
from alembic import op

revision = "media_0001"
down_revision = None
branch_labels = ("media",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "media",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("media_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False, comment="Who uploaded it"),
        sa.Column(
            "object", sa.Text(), nullable=False, comment="SHA-256 of the content, hexadecimal"
        ),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=True),
        sa.Column("uploaded_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "media_id"),
        comment="One row an upload; the content itself is a file, shared by equal uploads",
    )
    op.create_index("media_by_object", "media", ["object"], unique=False)
    op.create_index("media_by_user", "media", ["user_id", "uploaded_at_ms"], unique=False)
