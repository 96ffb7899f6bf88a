"""Events that relate to an event, near and far, and the threads of a room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.rooms.tables import event, relation
from teahouse.homeserver.rooms.timeline.history import Fetch, Stretch
from teahouse.homeserver.rooms.timeline.stored import (
    StoredEvent,
    in_room,
    stored_columns,
    stored_event,
)
from teahouse.homeserver.rooms.visibility.viewpoint import Viewpoint
from teahouse.homeserver.rooms.writing.relations import THREAD
from teahouse.kit.database import ReadTx
from teahouse.kit.shards import shard_of

RECURSION_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """`recurse`: those that relate to the event through others too."""

    room_id: str
    parent_id: str
    rel_type: str | None
    type: str | None
    recurse: bool


def related(tx: ReadTx, wanted: Wanted, stretch: Stretch) -> Fetch:
    """Only what is returned is filtered by type; what leads there may be of any."""
    children = (_descendants(wanted) if wanted.recurse else _children(wanted)).subquery()
    pos = children.c.pos
    conditions = [*in_room(wanted.room_id), event.c.pos == pos]
    if wanted.rel_type is not None:
        conditions.append(children.c.rel_type == wanted.rel_type)
    if wanted.type is not None:
        conditions.append(children.c.type == wanted.type)

    def fetch(after: int, upto: int, size: int) -> list[StoredEvent]:
        rows = tx.all(
            sa.select(*stored_columns())
            .where(*conditions, pos > after, pos <= upto)
            .order_by(pos if stretch.forward else pos.desc())
            .limit(size)
        )
        return [stored_event(row) for row in rows]

    return fetch


_CHILD = (relation.c.event_id, relation.c.pos, relation.c.rel_type, relation.c.type)


def _children(wanted: Wanted) -> sa.Select[Any]:
    return sa.select(*_CHILD).where(
        *_relations_in(wanted), relation.c.parent_id == wanted.parent_id
    )


def _descendants(wanted: Wanted) -> sa.Select[Any]:
    depth = sa.literal(1, sa.Integer).label("depth")
    nearer = _children(wanted).add_columns(depth).cte("nearer", recursive=True)
    farther = sa.select(*_CHILD, nearer.c.depth + 1).where(
        *_relations_in(wanted),
        relation.c.parent_id == nearer.c.event_id,
        nearer.c.depth < RECURSION_DEPTH,
    )
    return sa.select(nearer.union_all(farther))


def _relations_in(wanted: Wanted) -> tuple[sa.ColumnElement[bool], ...]:
    return (relation.c.shard == shard_of(wanted.room_id), relation.c.room_id == wanted.room_id)


def threads(
    view: Viewpoint, upto: int, limit: int, *, participated: bool
) -> list[tuple[int, StoredEvent]]:
    """(position of the newest event, root), newest first; only threads with news until `upto`."""
    root = event.alias("root")
    latest = sa.func.max(event.c.pos)
    me = view.reader.user_id
    took_part = sa.or_(event.c.sender == me, root.c.sender == me)
    newest = (
        sa.select(root.c.pos.label("root_pos"), latest.label("latest"))
        .select_from(event)
        .join(
            relation,
            sa.and_(
                relation.c.shard == event.c.shard,
                relation.c.parent_id == event.c.thread_id,
                relation.c.pos == event.c.pos,
                relation.c.rel_type == THREAD,
            ),
        )
        .join(
            root,
            sa.and_(
                root.c.shard == event.c.shard,
                root.c.room_id == event.c.room_id,
                root.c.event_id == event.c.thread_id,
            ),
        )
        .where(
            *in_room(view.room_id),
            event.c.thread_id.is_not(None),
            *view.sees_later(event.c.pos),
            event.c.sender.not_in(sorted(view.reader.ignored)),
        )
        .group_by(root.c.pos)
        .having(latest <= upto)
        .order_by(latest.desc())
        .limit(limit)
    )
    if participated:
        newest = newest.having(sa.func.max(sa.case((took_part, 1), else_=0)) == 1)
    found = newest.subquery()
    rows = view.tx.all(
        sa.select(*stored_columns(), found.c.latest)
        .where(*in_room(view.room_id), event.c.pos == found.c.root_pos)
        .order_by(found.c.latest.desc())
    )
    return [(row.latest, stored_event(row)) for row in rows]
