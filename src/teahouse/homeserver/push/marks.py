"""The marks of unread events, as the writer makes them: running sums, the newest kept in memory."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from teahouse.homeserver.push.tables import unread_mark
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of

EVERYBODY: Final = ""
MAX_SUMS = 50_000


@dataclass(frozen=True, slots=True)
class UnreadMarked:
    """An event counts otherwise for this person (EVERYBODY: for all) than subtraction tells."""

    user_id: str
    room_id: str
    pos: int


class MarkBook:
    """Touched by the log's thread only."""

    def __init__(self) -> None:
        self._sums: OrderedDict[tuple[str, str, str], tuple[int, int]] = OrderedDict()

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
        tx.insert(
            unread_mark,
            shard=shard_of(user_id or room_id),
            user_id=user_id,
            room_id=room_id,
            thread_id=thread_id,
            pos=pos,
            notify_sum=sums[0],
            highlight_sum=sums[1],
        )
        tx.publish(UnreadMarked(user_id, room_id, pos))

    def forget(self) -> None:
        self._sums.clear()

    def _drop(self, key: tuple[str, str, str]) -> None:
        self._sums.pop(key, None)

    def _remember(self, key: tuple[str, str, str], sums: tuple[int, int]) -> None:
        self._sums[key] = sums
        self._sums.move_to_end(key)
        if len(self._sums) > MAX_SUMS:
            self._sums.popitem(last=False)


def _newest(tx: WriteTx, key: tuple[str, str, str]) -> tuple[int, int]:
    user_id, room_id, thread_id = key
    row = tx.first(
        sa.select(unread_mark.c.notify_sum, unread_mark.c.highlight_sum)
        .where(
            unread_mark.c.shard == shard_of(user_id or room_id),
            unread_mark.c.user_id == user_id,
            unread_mark.c.room_id == room_id,
            unread_mark.c.thread_id == thread_id,
        )
        .order_by(unread_mark.c.pos.desc())
        .limit(1)
    )
    return (0, 0) if row is None else (row.notify_sum, row.highlight_sum)
