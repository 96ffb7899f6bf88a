"""Who is typing: in the event loop's memory with a timer each, every change written to the log."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from teahouse.homeserver.receipts import typing_store
from teahouse.homeserver.rooms.members import membership_reads
from teahouse.homeserver.rooms.published import EventAppended
from teahouse.kit.bus import Committed
from teahouse.kit.database import Database
from teahouse.kit.errors import Unavailable, forbidden, limit_exceeded
from teahouse.kit.log import LogWriter

log = structlog.get_logger(__name__)

DEFAULT_TIMEOUT_MS: Final = 30_000
MAX_TIMEOUT_MS: Final = 120_000
MAX_IN_ROOM: Final = 100
MAX_TYPISTS: Final = 20_000
RETRY_S: Final = 5


class Typing:
    def __init__(self, database: Database, log: LogWriter) -> None:
        self._database = database
        self._log = log
        self._rooms: dict[str, dict[str, asyncio.TimerHandle]] = {}
        self._count = 0
        self._tasks: set[asyncio.Task[None]] = set()
        log.bus.listen(self._follow)

    async def open(self) -> None:
        """Nobody's timer has outlived the server's last run."""
        await self._log.submit(typing_store.empty_all)

    async def close(self) -> None:
        for typists in self._rooms.values():
            for timer in typists.values():
                timer.cancel()
        self._rooms.clear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def begin(self, user_id: str, room_id: str, timeout_ms: int) -> None:
        """Errors: M_FORBIDDEN for who is not in the room, M_LIMIT_EXCEEDED.

        Past MAX_IN_ROOM in a room, who else types is not told.
        """
        if not self._is_typing(user_id, room_id):
            await self._check_joined(user_id, room_id)
        timeout_ms = min(timeout_ms, MAX_TIMEOUT_MS)
        if self._is_typing(user_id, room_id):
            self._rooms[room_id][user_id].cancel()
            self._arm(user_id, room_id, timeout_ms)
            return
        if len(self._rooms.get(room_id, ())) >= MAX_IN_ROOM:
            return
        if self._count >= MAX_TYPISTS:
            raise limit_exceeded(RETRY_S * 1000)
        self._count += 1
        self._arm(user_id, room_id, timeout_ms)
        await self._write(room_id)

    async def end(self, user_id: str, room_id: str) -> None:
        """Errors: M_FORBIDDEN for who is not in the room."""
        if self._remove(user_id, room_id):
            await self._write(room_id)
        else:
            await self._check_joined(user_id, room_id)

    def _is_typing(self, user_id: str, room_id: str) -> bool:
        return user_id in self._rooms.get(room_id, ())

    async def _check_joined(self, user_id: str, room_id: str) -> None:
        membership = await self._database.read(
            membership_reads.membership_at, user_id, room_id, self._log.head
        )
        if membership != "join":
            raise forbidden("You are not in this room")

    def _arm(self, user_id: str, room_id: str, timeout_ms: int) -> None:
        loop = asyncio.get_running_loop()
        timer = loop.call_later(timeout_ms / 1000, self._stop, user_id, room_id)
        self._rooms.setdefault(room_id, {})[user_id] = timer

    def _remove(self, user_id: str, room_id: str) -> bool:
        typists = self._rooms.get(room_id, {})
        timer = typists.pop(user_id, None)
        if timer is None:
            return False
        timer.cancel()
        self._count -= 1
        if not typists:
            del self._rooms[room_id]
        return True

    def _stop(self, user_id: str, room_id: str) -> None:
        """A timeout, or a departure: nobody waits for it to be written."""
        if self._remove(user_id, room_id):
            task = asyncio.get_running_loop().create_task(self._write_surely(room_id))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _write(self, room_id: str) -> None:
        """The set as it is now. What is submitted later is written later, so the last one stays."""
        user_ids = sorted(self._rooms.get(room_id, ()))
        await self._log.submit(lambda tx: typing_store.put(tx, room_id, user_ids))

    async def _write_surely(self, room_id: str) -> None:
        while True:
            try:
                return await self._write(room_id)
            except Unavailable:
                log.warning("typing could not be written")
                await asyncio.sleep(RETRY_S)

    def _follow(self, committed: Committed) -> None:
        for item in committed.items:
            if (
                isinstance(item, EventAppended)
                and item.membership not in (None, "join")
                and item.state_key is not None
            ):
                self._stop(item.state_key, item.room_id)
