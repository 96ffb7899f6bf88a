"""All SQL of the media."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.homeserver.media.model import Media
from teahouse.homeserver.media.tables import media
from teahouse.kit.database import ReadTx
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of


def add(tx: WriteTx, upload: Media) -> None:
    tx.insert(
        media,
        shard=shard_of(upload.media_id),
        media_id=upload.media_id,
        user_id=upload.user_id,
        object=upload.object_name,
        size_bytes=upload.size_bytes,
        content_type=upload.content_type,
        filename=upload.filename,
        uploaded_at_ms=upload.uploaded_at_ms,
    )


def find(tx: ReadTx, media_id: str) -> Media | None:
    row = tx.first(
        sa.select(media).where(media.c.shard == shard_of(media_id), media.c.media_id == media_id)
    )
    if row is None:
        return None
    return Media(
        row.media_id,
        row.user_id,
        row.object,
        row.size_bytes,
        row.content_type,
        row.filename,
        row.uploaded_at_ms,
    )
