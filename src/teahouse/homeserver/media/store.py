"""The SQL of uploads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.media.model import Media
from teahouse.homeserver.media.tables import media
from teahouse.kit.database import ReadTx
from teahouse.kit.listed import as_parameter, is_listed
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
        accessed_at_ms=upload.accessed_at_ms,
    )


def find(tx: ReadTx, media_id: str) -> Media | None:
    row = tx.first(
        sa.select(media).where(media.c.shard == shard_of(media_id), media.c.media_id == media_id)
    )
    return _media(row) if row is not None else None


def find_equal(tx: ReadTx, user_id: str, object_name: str, content_type: str) -> Media | None:
    """One that this user has uploaded already."""
    row = tx.first(
        sa.select(media)
        .where(
            media.c.object == object_name,
            media.c.user_id == user_id,
            media.c.content_type == content_type,
        )
        .limit(1)
    )
    return _media(row) if row is not None else None


def of_user(tx: ReadTx, user_id: str, limit: int, after: Media | None = None) -> Sequence[Media]:
    """Oldest first, those behind `after`."""
    place = sa.tuple_(media.c.uploaded_at_ms, media.c.media_id)
    asked = sa.select(media).where(media.c.user_id == user_id)
    if after is not None:
        asked = asked.where(
            media.c.uploaded_at_ms >= after.uploaded_at_ms,
            place > sa.tuple_(after.uploaded_at_ms, after.media_id),
        )
    order = asked.order_by(media.c.uploaded_at_ms, media.c.media_id).limit(limit)
    return [_media(row) for row in tx.all(order)]


def not_accessed_since(
    tx: ReadTx, before_ms: int, limit: int, user_id: str | None = None
) -> Sequence[Media]:
    """Of anyone, or of one user."""
    asked = sa.select(media).where(media.c.accessed_at_ms < before_ms)
    if user_id is not None:
        asked = asked.where(media.c.user_id == user_id, media.c.uploaded_at_ms < before_ms)
    return [_media(row) for row in tx.all(asked.limit(limit))]


def found(tx: ReadTx, media_ids: Iterable[str]) -> Sequence[Media]:
    """Those of them that there are."""
    asked = sa.select(media).where(is_listed("keys", media.c.shard, media.c.media_id))
    return [_media(row) for row in tx.all(asked, keys=_keys(media_ids))]


def remove(tx: WriteTx, media_ids: Iterable[str]) -> None:
    tx.run(
        sa.delete(media).where(is_listed("keys", media.c.shard, media.c.media_id)),
        keys=_keys(media_ids),
    )


def note_access(tx: WriteTx, media_ids: Iterable[str]) -> None:
    """They are read now."""
    tx.run(
        sa.update(media)
        .where(is_listed("keys", media.c.shard, media.c.media_id))
        .values(accessed_at_ms=tx.now_ms),
        keys=_keys(media_ids),
    )


def _keys(media_ids: Iterable[str]) -> str:
    return as_parameter((shard_of(media_id), media_id) for media_id in media_ids)


def _media(row: sa.Row[Any]) -> Media:
    return Media(
        row.media_id,
        row.user_id,
        row.object,
        row.size_bytes,
        row.content_type,
        row.filename,
        row.uploaded_at_ms,
        row.accessed_at_ms,
    )
