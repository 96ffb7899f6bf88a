"""A room as timelines: what is outside of threads, and each thread. For receipts and unread counts.

Every event carries running counts (`notify_no`, `thread_no`), so how many events count between two
positions is told by two of them, however far apart they are. Nothing here looks at more than a
bounded number of rows a room.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.rooms.tables import event, membership
from teahouse.homeserver.rooms.writing.relations import relation_of
from teahouse.kit.database import ReadTx
from teahouse.kit.listed import as_parameter, listed
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of

MAIN = ""
"""The timeline outside of threads, where threads are named by their roots' event ids."""

MAX_HOPS = 3
MAX_THREAD_EVENTS = 1_000
"""Threads are looked for in so many of a room's newest events that are in one."""


_EVENT = Prepared(
    sa.select(event.c.pos, event.c.thread_id, event.c.state_key, event.c.body).where(
        event.c.shard == sa.bindparam("shard"),
        event.c.event_id == sa.bindparam("event_id"),
        event.c.room_id == sa.bindparam("room_id"),
    )
)

_TWO_NEWEST = (
    sa.select(event.c.notify_no)
    .where(
        event.c.shard == sa.bindparam("shard"),
        event.c.room_id == sa.bindparam("room_id"),
        event.c.pos <= sa.bindparam("pos"),
    )
    .order_by(event.c.pos.desc())
    .limit(2)
)
_TWO_NEWEST_OF_THREAD = _TWO_NEWEST.with_only_columns(event.c.thread_no).where(
    event.c.thread_id == sa.bindparam("thread_id")
)

_ended = sa.case((membership.c.membership != "join", membership.c.to_pos))
_JOINED = Prepared(
    sa.select(
        membership.c.room_id,
        sa.func.coalesce(sa.func.max(_ended), sa.func.min(membership.c.from_pos)).label("since"),
    )
    .where(
        membership.c.shard == sa.bindparam("shard"),
        membership.c.user_id == sa.bindparam("user_id"),
        membership.c.room_id.in_(sa.bindparam("room_ids", expanding=True)),
        membership.c.from_pos <= sa.bindparam("upto"),
    )
    .group_by(membership.c.room_id)
)


@dataclass(frozen=True, slots=True)
class Located:
    pos: int
    thread_id: str | None


@dataclass(frozen=True, slots=True)
class Counted:
    """`read_pos` is how far the person has come in a timeline, their own events included;
    `count` how many events after it count, `newest_no` the running count at its end."""

    read_pos: int
    count: int
    newest_no: int


def locate(tx: ReadTx, room_id: str, event_id: str) -> Located | None:
    """Where in the room the event is; None when the room has none of this id."""
    row = _event(tx, room_id, event_id)
    return None if row is None else Located(row.pos, row.thread_id)


def timelines_of(tx: ReadTx, room_id: str, event_id: str) -> set[str]:
    """The timelines that an event may be said to be read in.

    A thread's root, and what relates to it otherwise, are in the main timeline and at the thread's
    head. Source: client-server API, "Threaded read receipts"
    """
    for _ in range(1 + MAX_HOPS):
        row = _event(tx, room_id, event_id)
        if row is None:
            return {MAIN}
        if row.thread_id is not None:
            return {row.thread_id}
        related = relation_of(msgspec.json.decode(row.body)["content"])
        if related is None or row.state_key is not None:
            return {MAIN, event_id}
        event_id = related.parent_id
    return {MAIN}


def joined_since(tx: ReadTx, user_id: str, room_ids: Collection[str], upto: int) -> dict[str, int]:
    """Where the stay began that holds at `upto`; rooms that the person is not in are left out."""
    rows: Any = tx.all(
        _JOINED, shard=shard_of(user_id), user_id=user_id, room_ids=list(room_ids), upto=upto
    )
    return {row.room_id: row.since for row in rows if row.since <= upto}


def count_main(tx: ReadTx, user_id: str, read: Mapping[str, int], upto: int) -> dict[str, Counted]:
    """What counts outside of threads in (read, upto], by room. Own events are read."""
    rows: Any = tx.all(
        _main_statement(tx.dialect_name),
        rooms=as_parameter((shard_of(r), r, pos) for r, pos in read.items()),
        user_id=user_id,
        upto=upto,
    )
    return {row.room_id: _counted(row) for row in rows}


def added(tx: ReadTx, room_id: str, thread_id: str | None, pos: int) -> int:
    """What the event at `pos` added to the running count of its timeline: 0 or 1."""
    statement = _TWO_NEWEST if thread_id is None else _TWO_NEWEST_OF_THREAD
    thread = {} if thread_id is None else {"thread_id": thread_id}
    place = {"shard": shard_of(room_id), "room_id": room_id, "pos": pos}
    here, *before = tx.scalars(statement, **place, **thread)
    return int(here - (before[0] if before else 0))


def threads_after(tx: ReadTx, read: Mapping[str, int], upto: int) -> list[tuple[str, str]]:
    """(room_id, thread_id) of threads with an event in (read, upto], by room."""
    rows: Any = tx.all(
        _threads_statement(tx.dialect_name),
        rooms=as_parameter((shard_of(r), r, pos) for r, pos in read.items()),
        upto=upto,
    )
    return [(row.room_id, row.thread_id) for row in rows]


def count_threads(
    tx: ReadTx, user_id: str, read: Mapping[tuple[str, str], int], upto: int
) -> dict[tuple[str, str], Counted]:
    """As `count_main`, by room and thread."""
    rows: Any = tx.all(
        _thread_statement(tx.dialect_name),
        threads=as_parameter((shard_of(r), r, t, pos) for (r, t), pos in read.items()),
        user_id=user_id,
        upto=upto,
    )
    return {(row.room_id, row.thread_id): _counted(row) for row in rows}


def _event(tx: ReadTx, room_id: str, event_id: str) -> Any:
    return tx.first(_EVENT, shard=shard_of(room_id), room_id=room_id, event_id=event_id)


def _counted(row: Any) -> Counted:
    newest_no, read_no = row.newest_no or 0, row.read_no or 0
    return Counted(row.read_pos, max(0, newest_no - read_no), newest_no)


@cache
def _main_statement(dialect: str) -> Prepared:
    rooms = listed(dialect, "rooms", shard=int, room_id=str, read_pos=int)
    same = (event.c.shard == rooms.c.shard, event.c.room_id == rooms.c.room_id)
    own = _newest(event.c.pos, *same, *_spoken(), event.c.thread_id.is_(None)).correlate(rooms)
    read = _read_through(rooms, own)
    same = (event.c.shard == read.c.shard, event.c.room_id == read.c.room_id)
    return Prepared(
        sa.select(
            read.c.room_id,
            read.c.read_pos,
            _at(event.c.notify_no, read.c.read_pos, *same).correlate(read).label("read_no"),
            _at(event.c.notify_no, sa.bindparam("upto"), *same).correlate(read).label("newest_no"),
        )
    )


@cache
def _threads_statement(dialect: str) -> Prepared:
    rooms = listed(dialect, "rooms", shard=int, room_id=str, read_pos=int)
    other = event.alias("other")
    oldest = (
        sa.select(other.c.pos)
        .where(
            other.c.shard == rooms.c.shard,
            other.c.room_id == rooms.c.room_id,
            other.c.thread_id.is_not(None),
            other.c.pos <= sa.bindparam("upto"),
        )
        .order_by(other.c.pos.desc())
        .offset(MAX_THREAD_EVENTS)
        .limit(1)
        .correlate(rooms)
        .scalar_subquery()
    )
    bounded = _once(sa.select(rooms, sa.func.coalesce(oldest, 0).label("oldest")), "bounded")
    return Prepared(
        sa.select(bounded.c.room_id, event.c.thread_id)
        .distinct()
        .select_from(bounded)
        .join(
            event,
            sa.and_(event.c.shard == bounded.c.shard, event.c.room_id == bounded.c.room_id),
        )
        .where(
            event.c.thread_id.is_not(None),
            event.c.pos > bounded.c.read_pos,
            event.c.pos > bounded.c.oldest,
            event.c.pos <= sa.bindparam("upto"),
        )
    )


@cache
def _thread_statement(dialect: str) -> Prepared:
    threads = listed(dialect, "threads", shard=int, room_id=str, thread_id=str, read_pos=int)
    own = _newest(event.c.pos, *_in(threads), *_spoken()).correlate(threads)
    read = _read_through(threads, own)
    upto = sa.bindparam("upto", type_=sa.BigInteger)
    return Prepared(
        sa.select(
            read.c.room_id,
            read.c.thread_id,
            read.c.read_pos,
            _at(event.c.thread_no, read.c.read_pos, *_in(read)).correlate(read).label("read_no"),
            _at(event.c.thread_no, upto, *_in(read)).correlate(read).label("newest_no"),
        )
    )


def _in(thread: sa.CTE) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        event.c.shard == thread.c.shard,
        event.c.room_id == thread.c.room_id,
        event.c.thread_id == thread.c.thread_id,
    )


def _spoken() -> tuple[sa.ColumnElement[bool], ...]:
    """Who says something has read what came before. A change of one's name, which goes to all
    rooms at once, says nothing about any of them."""
    return (
        event.c.sender == sa.bindparam("user_id"),
        event.c.type != "m.room.member",
        event.c.pos <= sa.bindparam("upto"),
    )


def _read_through(timelines: sa.CTE, own: sa.Select[Any]) -> sa.CTE:
    """The same timelines, with `read_pos` moved to the person's own newest event."""
    newest_own = sa.func.coalesce(own.scalar_subquery(), 0)
    with_own = _once(sa.select(timelines, newest_own.label("own_pos")), "with_own")
    read_pos = sa.case(
        (with_own.c.own_pos > with_own.c.read_pos, with_own.c.own_pos), else_=with_own.c.read_pos
    )
    kept = [column for column in with_own.c if column.name not in ("own_pos", "read_pos")]
    return sa.select(*kept, read_pos.label("read_pos")).cte("read_through")


def _once(rows: sa.Select[Any], name: str) -> sa.CTE:
    """Read once, not anew wherever one of its columns is used."""
    return rows.cte(name).prefix_with("MATERIALIZED")


def _at(
    column: sa.Column[int], pos: sa.ColumnElement[int], *where: sa.ColumnElement[bool]
) -> sa.ScalarSelect[int]:
    """The value at the newest event that is not after `pos`."""
    return _newest(column, *where, event.c.pos <= pos).scalar_subquery()


def _newest(column: sa.Column[int], *where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(column).where(*where).order_by(event.c.pos.desc()).limit(1)
