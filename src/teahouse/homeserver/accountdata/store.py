"""The SQL of account data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.accountdata.tables import account_data, account_data_size, sync_filter
from teahouse.kit.database import ReadTx
from teahouse.kit.log import WriteTx
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import upsert


@dataclass(frozen=True, slots=True)
class Piece:
    room_id: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Size:
    """Of all that a user has."""

    pieces: int
    size_bytes: int


_ITS_SIZE = (
    account_data_size.c.shard == sa.bindparam("shard"),
    account_data_size.c.user_id == sa.bindparam("user_id"),
)
_BEFORE = Prepared(
    sa.select(
        sa.select(account_data_size.c.pieces).where(*_ITS_SIZE).scalar_subquery().label("pieces"),
        sa.select(account_data_size.c.size_bytes)
        .where(*_ITS_SIZE)
        .scalar_subquery()
        .label("size_bytes"),
        sa.select(sa.func.length(account_data.c.content))
        .where(
            account_data.c.shard == sa.bindparam("shard"),
            account_data.c.user_id == sa.bindparam("user_id"),
            account_data.c.room_id == sa.bindparam("room_id"),
            account_data.c.type == sa.bindparam("type"),
        )
        .scalar_subquery()
        .label("replaced"),
    )
)


_CONTENT = Prepared(
    sa.select(account_data.c.content).where(
        account_data.c.shard == sa.bindparam("shard"),
        account_data.c.user_id == sa.bindparam("user_id"),
        account_data.c.room_id == sa.bindparam("room_id"),
        account_data.c.type == sa.bindparam("type"),
    )
)


def _of(user_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(account_data.c.shard == shard_of(user_id), account_data.c.user_id == user_id)


def content(tx: ReadTx, user_id: str, room_id: str, type: str) -> bytes | None:
    key = {"shard": shard_of(user_id), "user_id": user_id, "room_id": room_id, "type": type}
    stored = tx.scalar(_CONTENT, **key)
    return None if stored is None else bytes(stored)


def put(
    tx: WriteTx, user_id: str, room_id: str, type: str, content: bytes, pos: int
) -> tuple[Size, Size]:
    """What the user had before, and has with it."""
    user = {"shard": shard_of(user_id), "user_id": user_id}
    key = {**user, "room_id": room_id, "type": type}
    stored: Any = tx.first(_BEFORE, **key)
    before = Size(stored.pieces or 0, stored.size_bytes or 0)
    pieces = before.pieces + (stored.replaced is None)
    size_bytes = before.size_bytes + len(content) - (stored.replaced or 0)
    upsert(tx, account_data, key, {"content": content, "pos": pos})
    upsert(tx, account_data_size, user, {"pieces": pieces, "size_bytes": size_bytes})
    return before, Size(pieces, size_bytes)


def changes(tx: ReadTx, user_id: str, after: int, upto: int, which: Any) -> list[Piece]:
    """Pieces last changed at a position with after < pos <= upto, in that order."""
    columns = (account_data.c.room_id, account_data.c.type, account_data.c.content)
    changed = (_of(user_id), account_data.c.pos > after, account_data.c.pos <= upto, which)
    rows = tx.all(sa.select(*columns).where(*changed).order_by(account_data.c.pos))
    return [Piece(row.room_id, row.type, bytes(row.content)) for row in rows]


def newest(tx: ReadTx, user_id: str) -> int:
    return int(tx.scalar(sa.select(sa.func.max(account_data.c.pos)).where(_of(user_id))) or 0)


def delete_all(tx: WriteTx, user_id: str) -> None:
    tx.run(sa.delete(account_data).where(_of(user_id)))
    size = account_data_size.c
    tx.run(
        sa.delete(account_data_size).where(size.shard == shard_of(user_id), size.user_id == user_id)
    )
    mine = (sync_filter.c.shard == shard_of(user_id), sync_filter.c.user_id == user_id)
    tx.run(sa.delete(sync_filter).where(*mine))
