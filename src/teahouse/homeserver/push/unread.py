"""How many events a person has not read, by subtraction from running counts.

A person has read a timeline up to the furthest of: their unthreaded receipt, their receipt in it,
their own newest event in it, their joining. What counts after that is the difference of two running
counts, plus what the person's marks add. Nothing is stored per event and member.
Source: client-server API, "Receiving notifications" and "Threaded read receipts"
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from teahouse.homeserver.push import unread_store
from teahouse.homeserver.push.unread_store import Timeline
from teahouse.homeserver.rooms.timeline import timelines
from teahouse.homeserver.rooms.timeline.timelines import MAIN
from teahouse.kit.database import ReadTx
from teahouse.kit.log import WriteTx

ALL_TIMELINES = ""
MAIN_RECEIPT = "main"
NO_THREADS: Mapping[str, tuple[int, int]] = {}


@dataclass(frozen=True, slots=True)
class Unread:
    """Outside of threads, and (notifications, highlights) of each thread that has any."""

    notification_count: int = 0
    highlight_count: int = 0
    threads: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def in_all(self) -> tuple[int, int]:
        """(notifications, highlights) of the whole room, threads included."""
        notifications = sum(count for count, _ in self.threads.values())
        highlights = sum(count for _, count in self.threads.values())
        return self.notification_count + notifications, self.highlight_count + highlights


@dataclass(frozen=True, slots=True)
class UnreadBase:
    """What stays the same while others speak outside of threads: see UnreadCache."""

    notify_from: int
    highlight_count: int
    threads: Mapping[str, tuple[int, int]]

    def at(self, notify_no: int) -> Unread:
        """As of the room's newest event, whose running count is `notify_no`."""
        return Unread(max(0, notify_no - self.notify_from), self.highlight_count, self.threads)

    def with_one_more(self, thread_id: str) -> UnreadBase:
        """After an event in a thread that counts."""
        notifications, highlights = self.threads.get(thread_id, (0, 0))
        threads = {**self.threads, thread_id: (notifications + 1, highlights)}
        return UnreadBase(self.notify_from, self.highlight_count, threads)


def counts(tx: ReadTx, user_id: str, room_ids: Collection[str], upto: int) -> dict[str, Unread]:
    """As of `upto`, for each of the rooms; nothing is unread where the person is not joined."""
    based = _bases(tx, user_id, room_ids, upto)
    return {
        room_id: based[room_id][0].at(based[room_id][1]) if room_id in based else Unread()
        for room_id in room_ids
    }


def bases(tx: ReadTx, user_id: str, room_ids: Collection[str], upto: int) -> dict[str, UnreadBase]:
    """Of those rooms that the person is joined to."""
    return {room_id: base for room_id, (base, _) in _bases(tx, user_id, room_ids, upto).items()}


def changed_rooms(tx: ReadTx, user_id: str, after: int, upto: int) -> set[str]:
    """Rooms in which the person has read on, so that their counts changed without an event."""
    return unread_store.rooms_read(tx, user_id, after, upto)


def read_through(
    tx: WriteTx, user_id: str, room_id: str, thread_id: str, event_pos: int, pos: int
) -> None:
    """A receipt says so; `thread_id` is a root, MAIN_RECEIPT or ALL_TIMELINES."""
    if event_pos > unread_store.read_position_in(tx, user_id, room_id, thread_id):
        unread_store.put_read_position(tx, user_id, room_id, thread_id, event_pos, pos)


def who_has_not_read(
    tx: ReadTx, users: Collection[str], room_id: str, thread_id: str, pos: int
) -> list[str]:
    """By their receipts. `thread_id` is a root or MAIN."""
    timeline = MAIN_RECEIPT if thread_id == MAIN else thread_id
    read = unread_store.read_through(tx, users, room_id, (ALL_TIMELINES, timeline), pos)
    return [user_id for user_id in users if user_id not in read]


def _bases(
    tx: ReadTx, user_id: str, room_ids: Collection[str], upto: int
) -> dict[str, tuple[UnreadBase, int]]:
    """By room: the base and the running count at `upto`."""
    joined = timelines.joined_since(tx, user_id, room_ids, upto)
    if not joined:
        return {}
    receipts = unread_store.read_positions(tx, user_id, joined)

    def read_pos(room_id: str, thread_id: str) -> int:
        said = receipts.get(room_id, {})
        everywhere, here = said.get(ALL_TIMELINES, 0), said.get(thread_id, 0)
        return max(joined[room_id], min(max(everywhere, here), upto))

    main = timelines.count_main(tx, user_id, {r: read_pos(r, MAIN_RECEIPT) for r in joined}, upto)
    found = timelines.threads_after(tx, {r: read_pos(r, ALL_TIMELINES) for r in joined}, upto)
    unread = {(r, thread_id): read_pos(r, thread_id) for r, thread_id in found}
    threads = timelines.count_threads(tx, user_id, unread, upto) if unread else {}
    counted: dict[Timeline, timelines.Counted] = {(r, MAIN): c for r, c in main.items()} | threads
    read = {timeline: counted_.read_pos for timeline, counted_ in counted.items()}
    marked = unread_store.marked(tx, user_id, read, upto)
    by_thread = _by_room(threads, marked)
    return {
        room_id: (_base(c, marked[room_id, MAIN], by_thread.get(room_id, NO_THREADS)), c.newest_no)
        for room_id, c in main.items()
    }


def _base(
    main: timelines.Counted, marked: tuple[int, int], threads: Mapping[str, tuple[int, int]]
) -> UnreadBase:
    notify, highlight = marked
    return UnreadBase(main.newest_no - main.count - notify, max(0, highlight), threads)


def _by_room(
    threads: Mapping[Timeline, timelines.Counted], marked: Mapping[Timeline, tuple[int, int]]
) -> dict[str, dict[str, tuple[int, int]]]:
    by_room: dict[str, dict[str, tuple[int, int]]] = {}
    for (room_id, thread_id), counted in threads.items():
        notify, highlight = marked[room_id, thread_id]
        both = (max(0, counted.count + notify), max(0, highlight))
        if any(both):
            by_room.setdefault(room_id, {})[thread_id] = both
    return by_room
