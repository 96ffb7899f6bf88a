"""Purging old history: of what came before a moment only the state is left, and the last event.

A purge is a change of the log like any other. It first says up to where, and sets what is counted
from there: a person who has read nothing since then has nothing unread of what is gone. Then the
events go, some at a time. What a crash interrupts is finished after the next start.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from functools import partial

import msgspec

from teahouse.homeserver.rooms.published import HistoryPurged
from teahouse.homeserver.rooms.upkeep import purge_store as store
from teahouse.homeserver.rooms.writing.memory import RoomMemory
from teahouse.homeserver.rooms.writing.relations import relation_of
from teahouse.kit.database import Database
from teahouse.kit.errors import not_found
from teahouse.kit.log import LogWriter, WriteTx

EVENTS_A_CHANGE = 200
"""Few enough that what waits behind such a change is not held up."""

BeforePurge = Callable[[WriteTx, str, int, bytes], None]
"""(tx, room_id, pos, body) of an event that is about to go."""
OnBegun = Callable[[WriteTx, str, Collection[str], int], None]
"""(tx, room_id, members, upto): nothing up to there counts as unread any more."""


class HistoryPurging:
    def __init__(self, memory: RoomMemory, database: Database, log: LogWriter) -> None:
        self._memory = memory
        self._database = database
        self._log = log
        # Counts are set from where the last purge ended, so that one must have ended.
        self._one_by_one = asyncio.Lock()
        self.before_purge: list[BeforePurge] = []
        self.on_begun: list[OnBegun] = []

    async def purge(self, room_id: str, before_ms: int) -> int:
        """How many events went that came before a moment. Errors: M_NOT_FOUND."""
        if not await self._database.read(store.has_room, room_id):
            raise not_found("Room not found")
        async with self._one_by_one:
            await self._finish_begun()
            upto = await self._database.read(store.boundary, room_id, before_ms)
            if upto is None:
                return 0
            await self._log.submit(partial(self._begin, room_id, upto))
            return await self._delete(room_id, upto)

    async def finish_begun(self) -> None:
        """What an earlier run began."""
        async with self._one_by_one:
            await self._finish_begun()

    async def _finish_begun(self) -> None:
        for room_id, upto in await self._database.read(store.begun):
            await self._delete(room_id, upto)

    def _begin(self, room_id: str, upto: int, tx: WriteTx) -> None:
        room = self._memory.get(tx, room_id)
        # What it counted is of before.
        self._memory.drop(room_id)
        store.count_from(tx, room_id, upto)
        for follower in self.on_begun:
            follower(tx, room_id, room.members.keys(), upto)
        store.begin(tx, room_id, upto)
        pos = tx.next_pos()
        tx.changed(room_id)
        tx.publish(HistoryPurged(room_id, upto, pos))

    async def _delete(self, room_id: str, upto: int) -> int:
        count, after = 0, -1
        while True:
            deleted, after = await self._log.submit(partial(self._step, room_id, after, upto))
            if not deleted:
                await self._log.submit(lambda tx: store.finish(tx, room_id))
                return count
            count += deleted

    def _step(self, room_id: str, after: int, upto: int, tx: WriteTx) -> tuple[int, int]:
        """(events deleted, position of the last one)"""
        events = store.oldest_said(tx, room_id, after, upto, EVENTS_A_CHANGE)
        for event in events:
            for forget in self.before_purge:
                forget(tx, room_id, event.pos, event.body)
            related = relation_of(msgspec.json.decode(event.body)["content"])
            if related is not None:
                store.delete_relation(tx, room_id, related.parent_id, event.pos)
        store.delete_events(tx, room_id, [event.pos for event in events])
        return len(events), events[-1].pos if events else after
