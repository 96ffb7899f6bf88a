"""The SQL of filters."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa

from teahouse.homeserver.accountdata.tables import sync_filter
from teahouse.kit.database import ReadTx
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of


def _of(user_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(sync_filter.c.shard == shard_of(user_id), sync_filter.c.user_id == user_id)


def definition(tx: ReadTx, user_id: str, filter_id: int) -> bytes | None:
    which = (_of(user_id), sync_filter.c.filter_id == filter_id)
    stored = tx.scalar(sa.select(sync_filter.c.definition).where(*which))
    return None if stored is None else bytes(stored)


def add(tx: WriteTx, user_id: str, definition: bytes, most: int) -> int:
    """The ID of this definition; the oldest filters make room for it."""
    digest = hashlib.blake2b(definition, digest_size=16).digest()
    same = (_of(user_id), sync_filter.c.digest == digest)
    known = tx.scalar(sa.select(sync_filter.c.filter_id).where(*same))
    if known is not None:
        return int(known)
    newest = tx.scalar(sa.select(sa.func.max(sync_filter.c.filter_id)).where(_of(user_id))) or 0
    filter_id = int(newest) + 1
    tx.insert(
        sync_filter,
        shard=shard_of(user_id),
        user_id=user_id,
        filter_id=filter_id,
        digest=digest,
        definition=definition,
    )
    if filter_id > most:
        tx.run(
            sa.delete(sync_filter).where(_of(user_id), sync_filter.c.filter_id <= filter_id - most)
        )
    return filter_id
