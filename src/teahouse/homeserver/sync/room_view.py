"""What the readers keep of a room in memory: its newest events as ready bytes.

Owned by the event loop, moved on by commits. A view knows nothing of what came before `known_from`;
whoever asks from further back reads the database.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from teahouse.homeserver.receipts.published import ReceiptMoved, TypingChanged
from teahouse.homeserver.rooms.published import EventAppended, EventRedacted, HistoryPurged

if TYPE_CHECKING:
    from teahouse.homeserver.sync.user_view import UserView

TAIL = 50
"""Events kept of a quiet room."""
RECENT_MS = 5_000
MAX_RECENT = 1_000
MAX_TAIL_BYTES = 1 << 20
"""Bounds of a busy room, which keeps what came in the last RECENT_MS: its readers are behind."""
MAX_EPHEMERAL = 200
MAX_SHARED = 16
MAX_SHARED_BYTES = 1 << 20


class RoomView:
    __slots__ = (
        "ephemeral",
        "ephemeral_from",
        "ephemeral_held_until_ms",
        "event_pos",
        "held_until_ms",
        "is_being_woken",
        "is_busy",
        "is_ephemeral_scheduled",
        "is_wake_scheduled",
        "known_from",
        "last_pos",
        "notify_no",
        "online",
        "room_id",
        "shared",
        "tail",
        "tail_bytes",
        "tail_from",
        "views_bytes",
    )

    def __init__(self, room_id: str, head: int) -> None:
        self.room_id = room_id
        self.known_from = head
        self.last_pos = head
        """Of the newest change of any kind; never less than `known_from`."""
        self.event_pos = 0
        """Of the newest event; 0 until one comes."""
        self.notify_no: int | None = None
        """Of the newest event; None until one comes."""
        self.online: dict[str, UserView] = {}
        """Joined people who are in the readers' memory."""
        self.tail: deque[EventAppended] = deque()
        self.tail_from = head
        """The tail has every event after this position."""
        self.tail_bytes = 0
        self.is_busy = False
        """Whether it is to be looked at again, since it keeps more than a quiet one."""
        self.ephemeral: deque[ReceiptMoved | TypingChanged] = deque()
        self.ephemeral_from = head
        self.shared: dict[tuple[int, int, bool], bytes] = {}
        """Timelines that are the same for many readers, by (first, last position, limited)."""
        self.views_bytes = 0
        """What `Views` has counted of `held_bytes`."""
        self.held_until_ms = 0
        self.is_being_woken = False
        self.is_wake_scheduled = False
        self.ephemeral_held_until_ms = 0
        self.is_ephemeral_scheduled = False

    def append(self, appended: EventAppended) -> None:
        self.last_pos = self.event_pos = appended.pos
        self.notify_no = appended.notify_no
        self.tail.append(appended)
        self.tail_bytes += len(appended.body)
        self._forget_old(appended.origin_server_ts)

    def calm(self, now_ms: int) -> None:
        """It keeps no more than a quiet room, once it is one."""
        self._forget_old(now_ms)
        self.is_busy = len(self.tail) > TAIL
        if not self.is_busy:
            self.shared.clear()

    def _forget_old(self, now_ms: int) -> None:
        while self._has_too_many(now_ms):
            oldest = self.tail.popleft()
            self.tail_bytes -= len(oldest.body)
            self.tail_from = oldest.pos

    def _has_too_many(self, now_ms: int) -> bool:
        count = len(self.tail)
        if count <= TAIL and self.tail_bytes <= MAX_TAIL_BYTES:
            return False
        is_recent = now_ms - self.tail[0].origin_server_ts < RECENT_MS
        return not is_recent or count > MAX_RECENT or self.tail_bytes > MAX_TAIL_BYTES

    @property
    def held_bytes(self) -> int:
        return self.tail_bytes + sum(map(len, self.shared.values()))

    def drop_tail(self) -> None:
        """Whoever asks from before the next event reads the database."""
        self.shared.clear()
        if self.tail:
            self.tail_from = self.tail[-1].pos
            self.tail.clear()
            self.tail_bytes = 0

    def redact(self, redacted: EventRedacted) -> None:
        self.shared.clear()
        for appended in self.tail:
            if appended.event_id == redacted.event_id:
                self.tail_bytes += len(redacted.body) - len(appended.body)
                appended.body, appended.unsigned = redacted.body, redacted.unsigned
                appended.parent_id = None

    def purge(self, purged: HistoryPurged) -> None:
        """What is left up to there is read from the database."""
        self.shared.clear()
        while self.tail and self.tail[0].pos <= purged.upto:
            self.tail_bytes -= len(self.tail.popleft().body)
        self.tail_from = max(self.tail_from, purged.upto)

    def add_ephemeral(self, item: ReceiptMoved | TypingChanged) -> None:
        self.last_pos = item.pos
        self.ephemeral.append(item)
        if len(self.ephemeral) > MAX_EPHEMERAL:
            self.ephemeral_from = self.ephemeral.popleft().pos

    def knows(self, since: int) -> bool:
        """Whether everything after `since` is in memory."""
        return since >= self.tail_from and since >= self.ephemeral_from

    def events_since(self, since: int) -> list[EventAppended]:
        if not self.tail or self.tail[-1].pos <= since:
            return []
        newer = []
        for appended in reversed(self.tail):
            if appended.pos <= since:
                break
            newer.append(appended)
        newer.reverse()
        return newer

    def ephemeral_since(self, since: int) -> list[ReceiptMoved | TypingChanged]:
        if not self.ephemeral or self.ephemeral[-1].pos <= since:
            return []
        return [item for item in self.ephemeral if item.pos > since]

    def share(self, key: tuple[int, int, bool], timeline: bytes) -> None:
        if len(timeline) > MAX_SHARED_BYTES:
            return
        self.shared[key] = timeline
        while (
            len(self.shared) > MAX_SHARED or sum(map(len, self.shared.values())) > MAX_SHARED_BYTES
        ):
            del self.shared[next(iter(self.shared))]
