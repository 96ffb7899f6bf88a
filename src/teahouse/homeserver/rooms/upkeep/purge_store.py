"""The SQL of purging."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from teahouse.homeserver.rooms.tables import event, history_purge, relation, room, room_state
from teahouse.homeserver.rooms.timeline.stored import (
    StoredEvent,
    in_room,
    stored_columns,
    stored_event,
)
from teahouse.kit.database import ReadTx
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import upsert

PAGE = 2_000


def has_room(tx: ReadTx, room_id: str) -> bool:
    mine = (room.c.shard == shard_of(room_id), room.c.room_id == room_id)
    return tx.first(sa.select(room.c.room_id).where(*mine)) is not None


def boundary(tx: ReadTx, room_id: str, before_ms: int) -> int | None:
    """The position up to which all events came before a moment; the newest one stays.

    None when there is nothing to purge up to there that was not purged before.
    """
    newest = tx.scalar(sa.select(sa.func.max(event.c.pos)).where(*in_room(room_id)))
    after, upto, has_said = purged_upto(tx, room_id), None, False
    while True:
        rows = tx.all(
            sa.select(event.c.pos, event.c.origin_server_ts, event.c.state_key)
            .where(*in_room(room_id), event.c.pos > after, event.c.pos < newest)
            .order_by(event.c.pos)
            .limit(PAGE)
        )
        for row in rows:
            if row.origin_server_ts >= before_ms:
                return upto if has_said else None
            upto, has_said = row.pos, has_said or row.state_key is None
        if len(rows) < PAGE:
            return upto if has_said else None
        after = rows[-1].pos


def purged_upto(tx: ReadTx, room_id: str) -> int:
    """-1 where nothing was purged."""
    upto = tx.scalar(sa.select(history_purge.c.upto_pos).where(*_of(room_id)))
    return -1 if upto is None else int(upto)


def begun(tx: ReadTx) -> list[tuple[str, int]]:
    rows = tx.all(sa.select(history_purge).where(history_purge.c.is_done.is_(False)))
    return [(row.room_id, row.upto_pos) for row in rows]


def begin(tx: WriteTx, room_id: str, upto: int) -> None:
    keys = {"shard": shard_of(room_id), "room_id": room_id}
    upsert(tx, history_purge, keys, {"upto_pos": upto, "is_done": False})


def finish(tx: WriteTx, room_id: str) -> None:
    tx.run(sa.update(history_purge).where(*_of(room_id)).values(is_done=True))


def count_from(tx: WriteTx, room_id: str, upto: int) -> None:
    """Makes running counts such that nothing up to `upto` adds to a difference of two of them."""
    here = in_room(room_id)
    last_no = (
        sa.select(event.c.notify_no)
        .where(*here, event.c.pos <= upto)
        .order_by(event.c.pos.desc())
        .limit(1)
    )
    state = sa.select(room_state.c.from_pos).where(
        room_state.c.shard == shard_of(room_id),
        room_state.c.room_id == room_id,
        room_state.c.from_pos <= upto,
    )
    tx.run(
        sa.update(event).where(*here, event.c.pos.in_(state)).values(notify_no=tx.scalar(last_no))
    )
    later = sa.select(event.c.thread_id).where(
        *here, event.c.thread_id.is_not(None), event.c.pos > upto
    )
    counted = tx.all(
        sa.select(event.c.thread_id, sa.func.max(event.c.thread_no).label("thread_no"))
        .where(*here, event.c.thread_id.in_(later.distinct()), event.c.pos <= upto)
        .group_by(event.c.thread_id)
    )
    for row in counted:
        tx.run(
            sa.update(event)
            .where(*here, event.c.thread_id == row.thread_id, event.c.pos > upto)
            .values(thread_no=event.c.thread_no - row.thread_no)
        )


def oldest_said(tx: ReadTx, room_id: str, after: int, upto: int, limit: int) -> list[StoredEvent]:
    """Events that are no state, oldest first."""
    rows = tx.all(
        sa.select(*stored_columns())
        .where(
            *in_room(room_id),
            event.c.pos > after,
            event.c.pos <= upto,
            event.c.state_key.is_(None),
        )
        .order_by(event.c.pos)
        .limit(limit)
    )
    return [stored_event(row) for row in rows]


def delete_events(tx: WriteTx, room_id: str, positions: Sequence[int]) -> None:
    if positions:
        tx.run(sa.delete(event).where(*in_room(room_id), event.c.pos.in_(positions)))


def delete_relation(tx: WriteTx, room_id: str, parent_id: str, pos: int) -> None:
    tx.run(
        sa.delete(relation).where(
            relation.c.shard == shard_of(room_id),
            relation.c.parent_id == parent_id,
            relation.c.pos == pos,
        )
    )


def _of(room_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return history_purge.c.shard == shard_of(room_id), history_purge.c.room_id == room_id
