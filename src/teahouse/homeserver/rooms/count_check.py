"""Whether what is counted and referred to in rooms is right: running counts, state, relations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.rooms.tables import event, membership, relation, room, room_state
from teahouse.kit.database import ReadTx
from teahouse.kit.shards import shard_of

PAGE = 1_000


def problems(tx: ReadTx) -> Iterator[str]:
    """A sentence for each thing that is wrong."""
    for room_id in tx.scalars(sa.select(room.c.room_id)):
        yield from _count_problems(tx, room_id)
    yield from _unkept_state(tx)
    yield from _lost_relations(tx)
    yield from _lost_memberships(tx)


def _count_problems(tx: ReadTx, room_id: str) -> Iterator[str]:
    """An event adds one to the count of its timeline, or nothing."""
    counts: dict[str | None, int] = {}
    rows = (
        sa.select(event.c.event_id, event.c.thread_id, event.c.notify_no, event.c.thread_no)
        .where(event.c.shard == shard_of(room_id), event.c.room_id == room_id)
        .order_by(event.c.pos)
    )
    for page in tx.pages(rows, PAGE):
        for row in page:
            where = f"room {room_id}: event {row.event_id}"
            if (row.thread_id is None) != (row.thread_no is None):
                yield f"{where} is in a thread without a count, or counts in none"
                continue
            main = counts.setdefault(None, row.notify_no)
            grows = row.thread_id is None
            if not main <= row.notify_no <= main + grows:
                yield f"{where} makes the count of the room {row.notify_no} after {main}"
            counts[None] = row.notify_no
            if row.thread_id is not None:
                before = counts.setdefault(row.thread_id, 0)
                if not before <= row.thread_no <= before + 1:
                    yield f"{where} makes the count of its thread {row.thread_no} after {before}"
                counts[row.thread_id] = row.thread_no


def _unkept_state(tx: ReadTx) -> Iterator[str]:
    kept = sa.exists().where(
        room_state.c.shard == event.c.shard,
        room_state.c.room_id == event.c.room_id,
        room_state.c.type == event.c.type,
        room_state.c.state_key == event.c.state_key,
        room_state.c.from_pos == event.c.pos,
    )
    found: Any = tx.all(
        sa.select(event.c.room_id, event.c.event_id).where(event.c.state_key.is_not(None), ~kept)
    )
    for room_id, event_id in found:
        yield f"room {room_id}: event {event_id} sets state that is not kept"


def _lost_relations(tx: ReadTx) -> Iterator[str]:
    there = sa.exists().where(
        event.c.shard == relation.c.shard,
        event.c.room_id == relation.c.room_id,
        event.c.pos == relation.c.pos,
        event.c.event_id == relation.c.event_id,
    )
    found: Any = tx.all(sa.select(relation.c.room_id, relation.c.event_id).where(~there))
    for room_id, event_id in found:
        yield f"room {room_id}: there is no event {event_id} that a relation is of"


def _lost_memberships(tx: ReadTx) -> Iterator[str]:
    """Of users in rooms that know nothing of them."""
    found: Any = tx.all(
        sa.select(membership.c.user_id, membership.c.room_id, membership.c.event_id).distinct()
    )
    for user_id, room_id, event_id in found:
        mine = (room_state.c.shard == shard_of(room_id), room_state.c.room_id == room_id)
        member = (room_state.c.type == "m.room.member", room_state.c.state_key == user_id)
        known = sa.select(room_state.c.event_id).where(*mine, *member)
        if event_id not in tx.scalars(known):
            yield f"room {room_id}: {user_id} has a membership that the room has not"
