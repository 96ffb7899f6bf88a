"""The marks of unread events, as the writer makes them: running sums, the newest kept in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import sqlalchemy as sa

from teahouse.homeserver.push.tables import unread_mark
from teahouse.kit.database import ReadTx
from teahouse.kit.listed import as_parameter, listed
from teahouse.kit.log import WriteTx
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import insert_if_absent

EVERYBODY: Final = ""
MAX_SUMS = 50_000
END: Final = 1 << 62
MAX_LOWERED = 2_000
"""Marks that one redaction changes: all others wait while it does."""

Key = tuple[str, str, str]
"""(user_id, room_id, thread_id)"""
Sums = tuple[int, int]
"""(notifications, highlights)"""


@dataclass(frozen=True, slots=True)
class UnreadMarked:
    """An event counts otherwise for this person (EVERYBODY: for all) than subtraction tells."""

    user_id: str
    room_id: str
    pos: int


class MarkBook:
    """Touched by the log's thread only."""

    def __init__(self) -> None:
        self._sums: OrderedDict[Key, Sums] = OrderedDict()

    def add(
        self,
        tx: WriteTx,
        user_id: str,
        room_id: str,
        thread_id: str,
        pos: int,
        *,
        notify: int,
        highlight: int,
    ) -> None:
        """`notify` and `highlight` are what the event adds to the person's counts: -1, 0, 1."""
        key = (user_id, room_id, thread_id)
        notify_sum, highlight_sum = self._sums.get(key) or _newest(tx, key)
        sums = (notify_sum + notify, highlight_sum + highlight)
        tx.on_rollback(lambda: self._drop(key))
        self._remember(key, sums)
        tx.insert(unread_mark, **_row(key, pos, sums))
        tx.publish(UnreadMarked(user_id, room_id, pos))

    def take_back(
        self,
        tx: WriteTx,
        users: Collection[str],
        room_id: str,
        thread_id: str,
        pos: int,
        *,
        counted: int,
    ) -> dict[str, int] | None:
        """The event at `pos`, which added `counted` in general, adds nothing to anybody's counts.

        What it had added to the notifications of EVERYBODY, and to those of the ones among `users`
        for whom that was otherwise, as the difference. None where too many marks came since: then
        it counts on, until it is read.
        """
        added = {EVERYBODY: (0, 0)} if counted else {}
        for row in _added(tx, {EVERYBODY, *users}, room_id, thread_id, pos):
            added[row.user_id] = (row.notify, row.highlight)
        if _marks_since(tx, added, room_id, thread_id, pos) > MAX_LOWERED:
            return None
        if counted:
            # In general it is counted for ever; that it is not is a mark that everybody has.
            everybody = (EVERYBODY, room_id, thread_id)
            insert_if_absent(tx, unread_mark, **_row(everybody, pos, _newest(tx, everybody, pos)))
            added[EVERYBODY] = (counted, added[EVERYBODY][1])
        for user_id, (notify, highlight) in added.items():
            self._lower(tx, (user_id, room_id, thread_id), pos, notify, highlight)
        return {user_id: notify for user_id, (notify, _) in added.items()}

    def _lower(self, tx: WriteTx, key: Key, pos: int, notify: int, highlight: int) -> None:
        """From `pos` on: the sums run on from there."""
        tx.on_rollback(lambda: self._drop(key))
        self._drop(key)
        tx.run(_LOWERED, **_named(key), from_pos=pos, notify=notify, highlight=highlight)

    def forget(self) -> None:
        self._sums.clear()

    def _drop(self, key: Key) -> None:
        self._sums.pop(key, None)

    def _remember(self, key: Key, sums: Sums) -> None:
        self._sums[key] = sums
        self._sums.move_to_end(key)
        if len(self._sums) > MAX_SUMS:
            self._sums.popitem(last=False)


_c = unread_mark.c
_OF_KEY = sa.and_(
    _c.shard == sa.bindparam("of_shard"),
    _c.user_id == sa.bindparam("of_user"),
    _c.room_id == sa.bindparam("of_room"),
    _c.thread_id == sa.bindparam("of_thread"),
)
_NEWEST = Prepared(
    sa.select(_c.notify_sum, _c.highlight_sum)
    .where(_OF_KEY, _c.pos < sa.bindparam("before"))
    .order_by(_c.pos.desc())
    .limit(1)
)
_LOWERED = (
    sa.update(unread_mark)
    .where(_OF_KEY, _c.pos >= sa.bindparam("from_pos"))
    .values(
        notify_sum=_c.notify_sum - sa.bindparam("notify"),
        highlight_sum=_c.highlight_sum - sa.bindparam("highlight"),
    )
)


def _newest(tx: WriteTx, key: Key, before: int = END) -> Sums:
    row = tx.first(_NEWEST, **_named(key), before=before)
    return (0, 0) if row is None else (row.notify_sum, row.highlight_sum)


def _named(key: Key) -> dict[str, Any]:
    user_id, room_id, thread_id = key
    return {
        "of_shard": shard_of(user_id or room_id),
        "of_user": user_id,
        "of_room": room_id,
        "of_thread": thread_id,
    }


def _row(key: Key, pos: int, sums: Sums) -> dict[str, Any]:
    user_id, room_id, thread_id = key
    return {
        "shard": shard_of(user_id or room_id),
        "user_id": user_id,
        "room_id": room_id,
        "thread_id": thread_id,
        "pos": pos,
        "notify_sum": sums[0],
        "highlight_sum": sums[1],
    }


def _added(
    tx: ReadTx, users: Collection[str], room_id: str, thread_id: str, pos: int
) -> Sequence[Any]:
    """What the event's marks add: rows of user_id, notify, highlight."""
    wanted = _users(users, room_id)
    return tx.all(
        _added_statement(tx.dialect_name),
        users=wanted,
        room_id=room_id,
        thread_id=thread_id,
        pos=pos,
    )


def _marks_since(tx: ReadTx, users: Collection[str], room_id: str, thread_id: str, pos: int) -> int:
    """Of these users, from the event on; one more than MAX_LOWERED stands for any number."""
    wanted = _users(users, room_id)
    found: int = tx.scalar(
        _since_statement(tx.dialect_name),
        users=wanted,
        room_id=room_id,
        thread_id=thread_id,
        pos=pos,
        most=MAX_LOWERED + 1,
    )
    return found


def _users(users: Collection[str], room_id: str) -> str:
    return as_parameter((shard_of(user_id or room_id), user_id) for user_id in users)


@cache
def _added_statement(dialect: str) -> Prepared:
    users = listed(dialect, "users", shard=int, user_id=str)
    earlier = unread_mark.alias("earlier")

    def added(column: sa.Column[int]) -> sa.ColumnElement[int]:
        before = (
            sa.select(earlier.c[column.name])
            .where(*_in_timeline(earlier, users), earlier.c.pos < sa.bindparam("pos"))
            .order_by(earlier.c.pos.desc())
            .limit(1)
            .correlate(users)
            .scalar_subquery()
        )
        return column - sa.func.coalesce(before, 0)

    here = sa.and_(*_in_timeline(unread_mark, users), _c.pos == sa.bindparam("pos"))
    return Prepared(
        sa.select(
            _c.user_id,
            added(_c.notify_sum).label("notify"),
            added(_c.highlight_sum).label("highlight"),
        ).select_from(users.join(unread_mark, here))
    )


@cache
def _since_statement(dialect: str) -> Prepared:
    users = listed(dialect, "users", shard=int, user_id=str)
    since = sa.and_(*_in_timeline(unread_mark, users), _c.pos >= sa.bindparam("pos"))
    some = sa.select(_c.pos).select_from(users.join(unread_mark, since)).limit(sa.bindparam("most"))
    return Prepared(sa.select(sa.func.count()).select_from(some.subquery()))


def _in_timeline(marks: sa.FromClause, users: sa.CTE) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        marks.c.shard == users.c.shard,
        marks.c.user_id == users.c.user_id,
        marks.c.room_id == sa.bindparam("room_id"),
        marks.c.thread_id == sa.bindparam("thread_id"),
    )
