"""All SQL of the notices."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.homeserver.notices.tables import notice_author, notice_room
from teahouse.kit.database import ReadTx
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import upsert


def is_author(tx: ReadTx, user_id: str) -> bool:
    mine = (notice_author.c.shard == shard_of(user_id), notice_author.c.user_id == user_id)
    return tx.first(sa.select(notice_author).where(*mine)) is not None


def authors(tx: ReadTx) -> frozenset[str]:
    return frozenset(tx.scalars(sa.select(notice_author.c.user_id)))


def add_author(tx: WriteTx, user_id: str) -> None:
    tx.insert(notice_author, shard=shard_of(user_id), user_id=user_id)


def room_of(tx: ReadTx, user_id: str, author: str | None = None) -> str | None:
    """The person's room; with `author`, only when it is this one's."""
    mine = (notice_room.c.shard == shard_of(user_id), notice_room.c.user_id == user_id)
    row = tx.first(sa.select(notice_room).where(*mine))
    if row is None or author not in (None, row.author):
        return None
    return str(row.room_id)


def set_room(tx: WriteTx, user_id: str, author: str, room_id: str) -> None:
    keys = {"shard": shard_of(user_id), "user_id": user_id}
    upsert(tx, notice_room, keys, {"author": author, "room_id": room_id})
