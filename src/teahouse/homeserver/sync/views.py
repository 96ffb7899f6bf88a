"""The readers' memory: follows the log's commits, and wakes those who wait.

Everything here runs on the event loop. Nothing is kept that can't be read again: a person's view is
made when they first sync and may be dropped when they are not waiting.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Collection, Coroutine, Iterable
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.accounts.tokens import StandingChanged
from teahouse.homeserver.presence.published import PresenceChanged
from teahouse.homeserver.receipts.published import ReceiptMoved, TypingChanged
from teahouse.homeserver.rooms.members import membership_reads
from teahouse.homeserver.rooms.published import EventAppended, EventRedacted, HistoryPurged
from teahouse.homeserver.sync.room_view import RECENT_MS, TAIL, RoomView
from teahouse.homeserver.sync.user_view import MEMBERSHIP, UserView
from teahouse.homeserver.sync.wake import Speaker, Waker
from teahouse.kit.bus import Committed
from teahouse.kit.clock import Clock
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.errors import locked
from teahouse.kit.log import LogWriter, Touched
from teahouse.kit.log.tables import log_head

MAX_USERS = 50_000
MAX_TAILS_BYTES = 128 << 20
"""Of all rooms together."""
MAX_DEVICE_LIST_CHANGES = 10_000

DEVICE_LISTS = "device_lists"
MAX_TOLD_OF_PRESENCE = 200
"""People online in a room; a larger one is not told who came or went: n would be told of n."""


class Views:
    def __init__(self, log: LogWriter, database: Database, clock: Clock) -> None:
        self._log = log
        self._database = database
        self._clock = clock
        self._waker = Waker(clock)
        self._users: OrderedDict[str, UserView] = OrderedDict()
        self._rooms: dict[str, RoomView] = {}
        self._tails_bytes = 0
        self._device_list_changes: deque[int] = deque(maxlen=MAX_DEVICE_LIST_CHANGES)
        self._tasks: set[asyncio.Task[None]] = set()
        self.is_ending = False
        log.bus.listen(self._follow)
        log.bus.wake(self._wake)

    async def user(self, user_id: str) -> UserView:
        """The person's view, with their rooms loaded."""
        view = self._users.get(user_id)
        if view is None:
            view = self._users[user_id] = UserView(user_id, self._log.head)
            view.ready = asyncio.get_running_loop().create_future()
            await self._load(view)
            self._make_room()
        elif view.ready is not None:
            await asyncio.shield(view.ready)
        self._users.move_to_end(user_id)
        return view

    def end_waiting(self) -> None:
        """Whoever waits is answered, and nobody waits any more: the server stops."""
        self.is_ending = True
        for view in self._users.values():
            view.wake()

    def device_lists_since(self, since: int) -> bool:
        """Whether anyone's device list may have changed after `since`."""
        changes = self._device_list_changes
        return bool(changes) and changes[-1] > since

    def are_acquainted(self, view: UserView, user_id: str) -> bool:
        """Whether both are in a room small enough for presence, as far as is known in memory."""
        other = self._users.get(user_id)
        if other is None:
            return False
        common = other.rooms.keys() & view.rooms.keys()
        return any(_tells_presence(view.rooms[room_id]) for room_id in common)

    def acquaintances(self, view: UserView) -> set[str]:
        """All who are so with the person of the view."""
        small = (room for room in view.rooms.values() if _tells_presence(room))
        return {user_id for room in small for user_id in room.online}

    def rooms_of(self, user_id: str) -> Collection[str]:
        """The rooms that a person is in, as far as is known in memory."""
        view = self._users.get(user_id)
        return () if view is None else view.rooms.keys()

    def is_held(self, view: RoomView) -> bool:
        """Whether the room's news is kept back for a moment, to be delivered together."""
        return self._waker.is_held(view)

    async def _load(self, view: UserView) -> None:
        ready, view_id = view.ready, view.user_id
        assert ready is not None
        try:
            head, room_ids = await self._database.read(_joined, view_id)
        except BaseException as error:
            self._users.pop(view_id, None)
            ready.set_exception(error)
            ready.exception()
            raise
        for room_id in room_ids:
            self._link(view, room_id)
        view.ready = None
        for pos, room_id, membership in view.pending:
            if pos > head:
                self._set_membership(view, room_id, membership)
        view.pending.clear()
        ready.set_result(None)

    def _make_room(self) -> None:
        """Forgets those who have been away longest."""
        for user_id in list(self._users):
            if len(self._users) <= MAX_USERS:
                return
            view = self._users[user_id]
            if not view.waiters and view.ready is None:
                for room_id in list(view.rooms):
                    self._unlink(view, room_id)
                del self._users[user_id]

    def _link(self, view: UserView, room_id: str) -> None:
        room = self._rooms.get(room_id)
        if room is None:
            room = self._rooms[room_id] = RoomView(room_id, self._log.head)
        room.online[view.user_id] = view
        view.rooms[room_id] = room

    def _unlink(self, view: UserView, room_id: str) -> None:
        room = view.rooms.pop(room_id, None)
        if room is not None:
            room.online.pop(view.user_id, None)
            if not room.online:
                del self._rooms[room_id]
                self._tails_bytes -= room.views_bytes

    def _set_membership(self, view: UserView, room_id: str, membership: str) -> None:
        if membership == "join":
            self._link(view, room_id)
        else:
            self._unlink(view, room_id)

    # following the log

    def _follow(self, committed: Committed) -> None:
        for item in committed.items:
            match item:
                case EventAppended():
                    self._append(item)
                case ReceiptMoved() | TypingChanged():
                    room = self._rooms.get(item.room_id)
                    if room is not None:
                        room.add_ephemeral(item)
                case EventRedacted():
                    room = self._rooms.get(item.room_id)
                    if room is not None:
                        room.redact(item)
                case HistoryPurged():
                    room = self._rooms.get(item.room_id)
                    if room is not None:
                        room.purge(item)
                case Touched():
                    self._touch(item)
                case StandingChanged(is_locked=True) if item.user_id in self._users:
                    self._users[item.user_id].refuse(locked())

    def _append(self, appended: EventAppended) -> None:
        if appended.membership is not None and appended.state_key is not None:
            view = self._users.get(appended.state_key)
            if view is not None:
                view.touch(MEMBERSHIP, appended.pos)
                if view.ready is None:
                    self._set_membership(view, appended.room_id, appended.membership)
                else:
                    view.pending.append((appended.pos, appended.room_id, appended.membership))
        room = self._rooms.get(appended.room_id)
        if room is not None:
            room.append(appended)
            self._count(room)
            if len(room.tail) > TAIL and not room.is_busy:
                room.is_busy = True
                self._look_again(room)
            if self._tails_bytes > MAX_TAILS_BYTES:
                self._drop_tails()

    def _look_again(self, room: RoomView) -> None:
        asyncio.get_running_loop().call_later(RECENT_MS / 1000, self._calm, room)

    def _calm(self, room: RoomView) -> None:
        if self._rooms.get(room.room_id) is not room:
            return
        room.calm(self._clock.now_ms())
        self._count(room)
        if room.is_busy:
            self._look_again(room)

    def _count(self, room: RoomView) -> None:
        held_bytes = room.held_bytes
        self._tails_bytes += held_bytes - room.views_bytes
        room.views_bytes = held_bytes

    def _drop_tails(self) -> None:
        """A quarter of them, so that it is rare."""
        for room in self._rooms.values():
            if self._tails_bytes <= MAX_TAILS_BYTES * 3 // 4:
                return
            room.drop_tail()
            self._count(room)

    def _touch(self, touched: Touched) -> None:
        if touched.kind == DEVICE_LISTS:
            self._device_list_changes.append(touched.pos)
        view = self._users.get(touched.identifier)
        if view is not None:
            view.touch(touched.kind, touched.pos)

    # waking

    def _wake(self, committed: Committed) -> None:
        rooms: dict[str, Speaker | None] = {}
        for item in committed.items:
            match item:
                case EventAppended():
                    if item.room_id in self._rooms:
                        speaker = _speaker(item)
                        is_same = rooms.get(item.room_id, speaker) == speaker
                        rooms[item.room_id] = speaker if is_same else None
                    if item.membership is not None and item.state_key is not None:
                        self._wake_users((item.state_key,))
                case ReceiptMoved() if item.is_private:
                    self._wake_users((item.user_id,))
                case ReceiptMoved() | TypingChanged():
                    if item.room_id in self._rooms:
                        self._waker.wake_for_ephemeral(self._rooms[item.room_id])
                case PresenceChanged():
                    self._wake_for_presence(item.user_id)
                case Touched():
                    self._wake_users((item.identifier,))
                    if item.kind == DEVICE_LISTS:
                        self._start(self._wake_sharing(item.identifier))
        for room_id, speaker in rooms.items():
            self._waker.wake(self._rooms[room_id], speaker)

    def _wake_users(self, user_ids: Iterable[str]) -> None:
        for user_id in user_ids:
            view = self._users.get(user_id)
            if view is not None:
                view.wake()

    async def _wake_sharing(self, user_id: str) -> None:
        """Those who share a room with a person whose devices have changed."""
        self._wake_users(await self._database.read(membership_reads.sharing_users, user_id))

    def _wake_for_presence(self, user_id: str) -> None:
        view = self._users.get(user_id)
        if view is None:
            return
        view.wake()
        for room in view.rooms.values():
            if _tells_presence(room):
                self._waker.wake_for_ephemeral(room)

    def _start(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _tells_presence(room: RoomView) -> bool:
    return len(room.online) <= MAX_TOLD_OF_PRESENCE


def _joined(tx: ReadTx, user_id: str) -> tuple[int, list[str]]:
    """(head, room ids) of one snapshot."""
    head = tx.scalar(sa.select(sa.func.max(log_head.c.pos)))
    return head or 0, membership_reads.joined_rooms(tx, user_id)


def _speaker(appended: EventAppended) -> Speaker | None:
    if appended.device_id is None:
        return None
    return Speaker(appended.sender, appended.device_id)
