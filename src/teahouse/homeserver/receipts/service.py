"""Receipts and read markers: set by their owner, told to those who may see them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final

import orjson

from teahouse.homeserver.accountdata.service import AccountData
from teahouse.homeserver.push import unread
from teahouse.homeserver.push.unread import ALL_TIMELINES, MAIN_RECEIPT
from teahouse.homeserver.receipts import store, typing_store
from teahouse.homeserver.receipts.published import READ, READ_PRIVATE, ReceiptMoved
from teahouse.homeserver.receipts.rendering import receipt_event, typing_event
from teahouse.homeserver.rooms.timeline import timelines
from teahouse.homeserver.rooms.timeline.timelines import MAIN
from teahouse.homeserver.rooms.writing.memory import RoomMemory
from teahouse.kit.database import ReadTx
from teahouse.kit.errors import Refused, forbidden, invalid_param, not_found
from teahouse.kit.log import WriteTx

FULLY_READ: Final = "m.fully_read"
RECEIPT_TYPES: Final = (READ, READ_PRIVATE, FULLY_READ)

OnRead = Callable[[WriteTx, str], None]
"""(tx, user_id): they have read on; in the same transaction."""


class Receipts:
    def __init__(self, memory: RoomMemory, accountdata: AccountData) -> None:
        self._memory = memory
        self._accountdata = accountdata
        self.followers: list[OnRead] = []

    def move(
        self,
        tx: WriteTx,
        user_id: str,
        room_id: str,
        events: Mapping[str, str],
        thread_id: str = ALL_TIMELINES,
    ) -> None:
        """Moves receipts on; `events` is the event of each type.

        Errors: M_FORBIDDEN for who is not in the room, M_NOT_FOUND for an event that is not in it,
        M_INVALID_PARAM for one that is not in the thread.
        """
        self._check_joined(tx, user_id, room_id)
        for receipt_type, event_id in events.items():
            self._move(tx, user_id, room_id, receipt_type, event_id, thread_id)

    def _move(
        self,
        tx: WriteTx,
        user_id: str,
        room_id: str,
        receipt_type: str,
        event_id: str,
        thread_id: str,
    ) -> None:
        event_pos = _locate(tx, room_id, event_id, thread_id)
        before = store.event_pos(tx, room_id, user_id, receipt_type, thread_id)
        if before is not None and before >= event_pos:
            return
        if thread_id != ALL_TIMELINES:
            everywhere = store.event_pos(tx, room_id, user_id, receipt_type, ALL_TIMELINES)
            if everywhere == event_pos:
                return  # says less than what is told of this event already (MSC4102)
        pos = tx.next_pos()
        moved = ReceiptMoved(
            room_id, user_id, receipt_type, thread_id, event_id, event_pos, tx.now_ms, pos
        )
        store.put(tx, moved)
        if receipt_type == FULLY_READ:
            content = orjson.dumps({"event_id": event_id})
            self._accountdata.put(tx, user_id, room_id, FULLY_READ, content)
            return
        unread.read_through(tx, user_id, room_id, thread_id, event_pos, pos)
        for follower in self.followers:
            follower(tx, user_id)
        tx.changed(room_id)
        tx.publish(moved)

    def _check_joined(self, tx: WriteTx, user_id: str, room_id: str) -> None:
        """A room that does not exist and one that a stranger asks for look the same."""
        try:
            membership = self._memory.get(tx, room_id).membership(user_id)
        except Refused:
            membership = "leave"
        if membership != "join":
            raise forbidden("You are not in this room")


def ephemeral(
    tx: ReadTx, user_id: str, room_ids: Collection[str], after: int, upto: int
) -> dict[str, list[bytes]]:
    """Ready `m.receipt` and `m.typing` events by room, as of `upto`; rooms without are left out.

    Those that changed after `after`; with `after` 0 all, and typing only where somebody types.
    """
    found = receipt_events(tx, user_id, room_ids, after, upto)
    typing = typing_events(tx, room_ids, after, upto)
    return {
        room_id: [events[room_id] for events in (found, typing) if room_id in events]
        for room_id in found | typing
    }


def receipt_events(
    tx: ReadTx, user_id: str, room_ids: Collection[str], after: int, upto: int
) -> dict[str, bytes]:
    """The receipts of `ephemeral`."""
    moved = store.moved_since(tx, user_id, room_ids, after, upto)
    events = {room_id: receipt_event(receipts, user_id) for room_id, receipts in moved.items()}
    return {room_id: event for room_id, event in events.items() if event is not None}


def typing_events(tx: ReadTx, room_ids: Collection[str], after: int, upto: int) -> dict[str, bytes]:
    """The typing of `ephemeral`."""
    changed = typing_store.changed_since(tx, room_ids, after, upto)
    return {room_id: typing_event(user_ids) for room_id, user_ids in changed.items()}


def _locate(tx: ReadTx, room_id: str, event_id: str, thread_id: str) -> int:
    located = timelines.locate(tx, room_id, event_id)
    if located is None:
        raise not_found("There is no such event in this room")
    if thread_id != ALL_TIMELINES:
        timeline = MAIN if thread_id == MAIN_RECEIPT else thread_id
        if timeline not in timelines.timelines_of(tx, room_id, event_id):
            raise invalid_param("The event is not in this thread")
    return located.pos
