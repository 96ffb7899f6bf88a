"""Bases of unread counts in the readers' memory: a new message costs a sync one subtraction.

Owned by the event loop and moved on by commits: what would make a base wrong drops it.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from teahouse.homeserver.push.marks import EVERYBODY, UnreadMarked
from teahouse.homeserver.push.unread import UnreadBase
from teahouse.homeserver.receipts.published import ReceiptMoved
from teahouse.homeserver.rooms.published import EventAppended, HistoryPurged
from teahouse.kit.bus import Committed

MAX_BASES: Final = 65_536
MAX_DROPS: Final = 16_384


class UnreadCache:
    """A base may be read from a snapshot while something that changes it is committed. So it is
    put with the position it was read at, and refused when the newest drop is later than that."""

    def __init__(self, max_bases: int = MAX_BASES, max_drops: int = MAX_DROPS) -> None:
        self._max_bases = max_bases
        self._max_drops = max_drops
        self._rooms: OrderedDict[str, dict[str, UnreadBase]] = OrderedDict()
        self._count = 0
        self._drops: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._forgotten_drop_pos = 0

    def get(self, user_id: str, room_id: str) -> UnreadBase | None:
        bases = self._rooms.get(room_id)
        if bases is None:
            return None
        self._rooms.move_to_end(room_id)
        return bases.get(user_id)

    def put(self, user_id: str, room_id: str, base: UnreadBase, upto: int) -> None:
        """`upto` is the position that the base was read at."""
        if upto < self._dropped_pos(user_id, room_id):
            return
        bases = self._rooms.setdefault(room_id, {})
        self._count += user_id not in bases
        bases[user_id] = base
        self._rooms.move_to_end(room_id)
        while self._count > self._max_bases:
            _, oldest = self._rooms.popitem(last=False)
            self._count -= len(oldest)

    def follow(self, committed: Committed) -> None:
        """Listens to the log."""
        for item in committed.items:
            match item:
                case EventAppended():
                    self._follow_event(item)
                case HistoryPurged():
                    self._drop(EVERYBODY, item.room_id, item.pos)
                case ReceiptMoved() | UnreadMarked():
                    self._drop(item.user_id, item.room_id, item.pos)

    def _follow_event(self, appended: EventAppended) -> None:
        if appended.thread_id is not None and appended.counts:
            self._count_in_thread(appended.room_id, appended.thread_id, appended.pos)
        if appended.thread_id is None and appended.state_key is None:
            self._read_all(appended.sender, appended)
        else:
            self._drop(appended.sender, appended.room_id, appended.pos)
        if appended.membership is not None and appended.state_key is not None:
            self._drop(appended.state_key, appended.room_id, appended.pos)

    def _count_in_thread(self, room_id: str, thread_id: str, pos: int) -> None:
        """Marks of the event, where there are any, come with items of their own."""
        bases = self._rooms.get(room_id, {})
        for user_id, base in bases.items():
            bases[user_id] = base.with_one_more(thread_id)
        self._remember_drop(EVERYBODY, room_id, pos)

    def _read_all(self, user_id: str, own: EventAppended) -> None:
        """Who speaks has read what came before, outside of threads."""
        bases = self._rooms.get(own.room_id, {})
        if user_id in bases:
            bases[user_id] = UnreadBase(own.notify_no, 0, bases[user_id].threads)
        self._remember_drop(user_id, own.room_id, own.pos)

    def _drop(self, user_id: str, room_id: str, pos: int) -> None:
        bases = self._rooms.get(room_id)
        if bases is not None and user_id == EVERYBODY:
            del self._rooms[room_id]
            self._count -= len(bases)
        elif bases is not None and bases.pop(user_id, None) is not None:
            self._count -= 1
        self._remember_drop(user_id, room_id, pos)

    def _remember_drop(self, user_id: str, room_id: str, pos: int) -> None:
        self._drops[(user_id, room_id)] = pos
        self._drops.move_to_end((user_id, room_id))
        if len(self._drops) > self._max_drops:
            _, forgotten = self._drops.popitem(last=False)
            self._forgotten_drop_pos = max(self._forgotten_drop_pos, forgotten)

    def _dropped_pos(self, user_id: str, room_id: str) -> int:
        return max(
            self._forgotten_drop_pos,
            self._drops.get((user_id, room_id), 0),
            self._drops.get((EVERYBODY, room_id), 0),
        )
