"""The SQL of receipts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from functools import cache
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.receipts.published import READ, READ_PRIVATE, ReceiptMoved
from teahouse.homeserver.receipts.tables import receipt
from teahouse.kit.database import ReadTx
from teahouse.kit.listed import as_parameter, listed
from teahouse.kit.log import WriteTx
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import upsert

MAX_RECEIPTS = 1_000
"""Of others in one room, for one who has none yet: the newest."""

_COLUMNS = [receipt.c[name] for name in ReceiptMoved.__dataclass_fields__]

_EVENT_POS = Prepared(
    sa.select(receipt.c.event_pos).where(
        *[column == sa.bindparam(column.name) for column in receipt.primary_key]
    )
)


def event_pos(
    tx: ReadTx, room_id: str, user_id: str, receipt_type: str, thread_id: str
) -> int | None:
    """Where the receipt is now."""
    found: int | None = tx.scalar(
        _EVENT_POS,
        shard=shard_of(room_id),
        room_id=room_id,
        user_id=user_id,
        receipt_type=receipt_type,
        thread_id=thread_id,
    )
    return found


def put(tx: WriteTx, moved: ReceiptMoved) -> None:
    keys = {
        "shard": shard_of(moved.room_id),
        "room_id": moved.room_id,
        "user_id": moved.user_id,
        "receipt_type": moved.receipt_type,
        "thread_id": moved.thread_id,
    }
    values = {
        "event_id": moved.event_id,
        "event_pos": moved.event_pos,
        "ts_ms": moved.ts_ms,
        "pos": moved.pos,
    }
    upsert(tx, receipt, keys, values)


def moved_since(
    tx: ReadTx, user_id: str, room_ids: Collection[str], after: int, upto: int
) -> dict[str, list[ReceiptMoved]]:
    """Receipts that this person may see and that moved in (after, upto], by room, oldest first.

    From the beginning (`after` 0) at most MAX_RECEIPTS of others a room.
    """
    statement = _since_statement if after else _fresh_statement
    rows: Any = tx.all(
        statement(tx.dialect_name),
        rooms=as_parameter((shard_of(room_id), room_id) for room_id in room_ids),
        user_id=user_id,
        after=after,
        upto=upto,
    )
    by_room: dict[str, list[ReceiptMoved]] = defaultdict(list)
    for row in rows:
        moved = ReceiptMoved(*row)
        by_room[moved.room_id].append(moved)
    return dict(by_room)


@cache
def _since_statement(dialect: str) -> Prepared:
    rooms = listed(dialect, "rooms", shard=int, room_id=str)
    return Prepared(_seen(sa.select(*_COLUMNS), rooms).order_by(receipt.c.pos))


@cache
def _fresh_statement(dialect: str) -> Prepared:
    rooms = listed(dialect, "rooms", shard=int, room_id=str)
    age = sa.func.row_number().over(partition_by=receipt.c.room_id, order_by=receipt.c.pos.desc())
    aged = _seen(sa.select(*_COLUMNS, age.label("age")), rooms).subquery("aged")
    columns = [aged.c[column.name] for column in _COLUMNS]
    kept = sa.or_(aged.c.age <= MAX_RECEIPTS, aged.c.user_id == sa.bindparam("user_id"))
    return Prepared(sa.select(*columns).where(kept).order_by(aged.c.pos))


def _seen(statement: sa.Select[Any], rooms: sa.CTE) -> sa.Select[Any]:
    return statement.join_from(
        rooms,
        receipt,
        sa.and_(receipt.c.shard == rooms.c.shard, receipt.c.room_id == rooms.c.room_id),
    ).where(
        receipt.c.pos > sa.bindparam("after"),
        receipt.c.pos <= sa.bindparam("upto"),
        sa.or_(
            receipt.c.receipt_type == READ,
            sa.and_(
                receipt.c.receipt_type == READ_PRIVATE,
                receipt.c.user_id == sa.bindparam("user_id"),
            ),
        ),
    )
