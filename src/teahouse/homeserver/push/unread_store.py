"""The SQL of read positions and of the marks as readers add them up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.push.marks import EVERYBODY
from teahouse.homeserver.push.tables import read_position, unread_mark
from teahouse.kit.database import ReadTx
from teahouse.kit.listed import as_parameter, listed
from teahouse.kit.log import WriteTx
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import upsert

Timeline = tuple[str, str]
"""(room_id, thread_id)"""

_positions = read_position.c
_MINE = sa.and_(
    _positions.shard == sa.bindparam("shard"), _positions.user_id == sa.bindparam("user_id")
)
_POSITION = Prepared(
    sa.select(_positions.event_pos).where(
        _MINE,
        _positions.room_id == sa.bindparam("room_id"),
        _positions.thread_id == sa.bindparam("thread_id"),
    )
)
_POSITIONS = Prepared(
    sa.select(_positions.room_id, _positions.thread_id, _positions.event_pos).where(
        _MINE, _positions.room_id.in_(sa.bindparam("room_ids", expanding=True))
    )
)
_READ = Prepared(
    sa.select(_positions.room_id).where(
        _MINE, _positions.pos > sa.bindparam("after"), _positions.pos <= sa.bindparam("upto")
    )
)


def read_positions(
    tx: ReadTx, user_id: str, room_ids: Collection[str]
) -> dict[str, dict[str, int]]:
    """By room and thread: "" for the whole room, else as in receipts."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in tx.all(
        _POSITIONS, shard=shard_of(user_id), user_id=user_id, room_ids=list(room_ids)
    ):
        found[row.room_id][row.thread_id] = row.event_pos
    return found


def read_position_in(tx: ReadTx, user_id: str, room_id: str, thread_id: str) -> int:
    return (
        tx.scalar(
            _POSITION,
            shard=shard_of(user_id),
            user_id=user_id,
            room_id=room_id,
            thread_id=thread_id,
        )
        or 0
    )


def put_read_position(
    tx: WriteTx, user_id: str, room_id: str, thread_id: str, event_pos: int, pos: int
) -> None:
    keys = {
        "shard": shard_of(user_id),
        "user_id": user_id,
        "room_id": room_id,
        "thread_id": thread_id,
    }
    upsert(tx, read_position, keys, {"event_pos": event_pos, "pos": pos})


def rooms_read(tx: ReadTx, user_id: str, after: int, upto: int) -> set[str]:
    return set(tx.scalars(_READ, shard=shard_of(user_id), user_id=user_id, after=after, upto=upto))


def read_through(
    tx: ReadTx, users: Collection[str], room_id: str, thread_ids: Sequence[str], pos: int
) -> set[str]:
    """Those of `users` who have a read position in one of the threads at or after `pos`."""
    if not users:
        return set()
    rows: Any = tx.scalars(
        _read_through_statement(tx.dialect_name),
        users=as_parameter((shard_of(user_id), user_id) for user_id in users),
        room_id=room_id,
        thread_ids=list(thread_ids),
        pos=pos,
    )
    return set(rows)


@cache
def _read_through_statement(dialect: str) -> Prepared:
    users = listed(dialect, "users", shard=int, user_id=str)
    same = sa.and_(
        _positions.shard == users.c.shard,
        _positions.user_id == users.c.user_id,
        _positions.room_id == sa.bindparam("room_id"),
        _positions.thread_id.in_(sa.bindparam("thread_ids", expanding=True)),
    )
    found = users.join(read_position, same)
    return Prepared(
        sa.select(users.c.user_id)
        .select_from(found)
        .where(_positions.event_pos >= sa.bindparam("pos"))
    )


def marked(
    tx: ReadTx, user_id: str, read: Mapping[Timeline, int], upto: int
) -> dict[Timeline, tuple[int, int]]:
    """What marks add to (notifications, highlights) of each timeline in (read, upto]."""
    rows: Any = tx.all(
        _marked_statement(tx.dialect_name),
        timelines=as_parameter(
            (shard_of(room_id), room_id, thread_id, pos)
            for (room_id, thread_id), pos in read.items()
        ),
        user_shard=shard_of(user_id),
        user_id=user_id,
        upto=upto,
    )
    return {(row.room_id, row.thread_id): (row.notify, row.highlight) for row in rows}


@cache
def _marked_statement(dialect: str) -> Prepared:
    timelines = listed(
        dialect, "timelines", room_shard=int, room_id=str, thread_id=str, read_pos=int
    )
    own: tuple[Any, Any] = (sa.bindparam("user_shard"), sa.bindparam("user_id"))
    everybody: tuple[Any, Any] = (timelines.c.room_shard, sa.literal(EVERYBODY))
    notify, highlight = unread_mark.c.notify_sum, unread_mark.c.highlight_sum
    return Prepared(
        sa.select(
            timelines.c.room_id,
            timelines.c.thread_id,
            (_added(timelines, notify, *own) + _added(timelines, notify, *everybody)).label(
                "notify"
            ),
            (_added(timelines, highlight, *own) + _added(timelines, highlight, *everybody)).label(
                "highlight"
            ),
        )
    )


def _added(timelines: sa.CTE, column: sa.Column[int], shard: Any, user_id: Any) -> Any:
    """The running sum at `upto`, less that at the read position."""

    def sum_at(pos: Any) -> Any:
        newest = (
            sa.select(column)
            .where(
                unread_mark.c.shard == shard,
                unread_mark.c.user_id == user_id,
                unread_mark.c.room_id == timelines.c.room_id,
                unread_mark.c.thread_id == timelines.c.thread_id,
                unread_mark.c.pos <= pos,
            )
            .order_by(unread_mark.c.pos.desc())
            .limit(1)
        )
        return sa.func.coalesce(newest.correlate(timelines).scalar_subquery(), 0)

    return sum_at(sa.bindparam("upto")) - sum_at(timelines.c.read_pos)
