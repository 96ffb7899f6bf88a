"""The SQL of account data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.accountdata.tables import account_data, sync_filter
from teahouse.kit.database import ReadTx
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import upsert


@dataclass(frozen=True, slots=True)
class Piece:
    room_id: str
    type: str
    content: bytes


def _of(user_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(account_data.c.shard == shard_of(user_id), account_data.c.user_id == user_id)


def content(tx: ReadTx, user_id: str, room_id: str, type: str) -> bytes | None:
    stored = tx.scalar(
        sa.select(account_data.c.content).where(
            _of(user_id), account_data.c.room_id == room_id, account_data.c.type == type
        )
    )
    return None if stored is None else bytes(stored)


def put(tx: WriteTx, user_id: str, room_id: str, type: str, content: bytes, pos: int) -> None:
    key = {"shard": shard_of(user_id), "user_id": user_id, "room_id": room_id, "type": type}
    upsert(tx, account_data, key, {"content": content, "pos": pos})


def changes(tx: ReadTx, user_id: str, after: int, upto: int, which: Any) -> list[Piece]:
    """Pieces last changed at a position with after < pos <= upto, in that order."""
    columns = (account_data.c.room_id, account_data.c.type, account_data.c.content)
    changed = (_of(user_id), account_data.c.pos > after, account_data.c.pos <= upto, which)
    rows = tx.all(sa.select(*columns).where(*changed).order_by(account_data.c.pos))
    return [Piece(row.room_id, row.type, bytes(row.content)) for row in rows]


def newest(tx: ReadTx, user_id: str) -> int:
    return int(tx.scalar(sa.select(sa.func.max(account_data.c.pos)).where(_of(user_id))) or 0)


def used(tx: ReadTx, user_id: str) -> tuple[int, int]:
    """(pieces, bytes)"""
    size = sa.func.sum(sa.func.length(account_data.c.content))
    row: Any = tx.first(sa.select(sa.func.count(), size).where(_of(user_id)))
    return int(row[0]), int(row[1] or 0)


def delete_all(tx: WriteTx, user_id: str) -> None:
    tx.run(sa.delete(account_data).where(_of(user_id)))
    mine = (sync_filter.c.shard == shard_of(user_id), sync_filter.c.user_id == user_id)
    tx.run(sa.delete(sync_filter).where(*mine))
