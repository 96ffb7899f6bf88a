"""The SQL of who types where."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.receipts.published import TypingChanged
from teahouse.homeserver.receipts.tables import room_typing
from teahouse.kit.database import ReadTx
from teahouse.kit.listed import as_parameter, listed
from teahouse.kit.log import WriteTx
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import upsert


def put(tx: WriteTx, room_id: str, user_ids: Sequence[str]) -> None:
    """The room's typists, told to its readers."""
    pos = tx.next_pos()
    keys = {"shard": shard_of(room_id), "room_id": room_id}
    values = {
        "user_ids": msgspec.json.encode(user_ids),
        "somebody": bool(user_ids),
        "pos": pos,
    }
    upsert(tx, room_typing, keys, values)
    tx.changed(room_id)
    tx.publish(TypingChanged(room_id, tuple(user_ids), pos))


def empty_all(tx: WriteTx) -> None:
    """Nobody types anywhere."""
    for room_id in tx.scalars(sa.select(room_typing.c.room_id).where(room_typing.c.somebody)):
        put(tx, room_id, ())


def changed_since(
    tx: ReadTx, room_ids: Collection[str], after: int, upto: int
) -> dict[str, list[str]]:
    """Typists of rooms where they changed in (after, upto]; from the beginning (`after` 0) of
    rooms where somebody types."""
    rows: Any = tx.all(
        _since_statement(tx.dialect_name),
        rooms=as_parameter((shard_of(room_id), room_id) for room_id in room_ids),
        after=after,
        upto=upto,
    )
    return {
        row.room_id: msgspec.json.decode(row.user_ids, type=list[str])
        for row in rows
        if after or row.somebody
    }


@cache
def _since_statement(dialect: str) -> Prepared:
    rooms = listed(dialect, "rooms", shard=int, room_id=str)
    return Prepared(
        sa.select(room_typing.c.room_id, room_typing.c.user_ids, room_typing.c.somebody)
        .join_from(
            rooms,
            room_typing,
            sa.and_(room_typing.c.shard == rooms.c.shard, room_typing.c.room_id == rooms.c.room_id),
        )
        .where(room_typing.c.pos > sa.bindparam("after"), room_typing.c.pos <= sa.bindparam("upto"))
    )
