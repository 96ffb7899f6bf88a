"""Follows the log and keeps the index up with it.

Source: docs/decisions/0011-search-follows-the-log.md
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress

import sqlalchemy as sa
import structlog

from teahouse.homeserver.rooms.published import EventAppended
from teahouse.homeserver.rooms.timeline import places
from teahouse.homeserver.rooms.timeline.places import Place
from teahouse.homeserver.search import store
from teahouse.homeserver.search.texts import FIELDS, text_of
from teahouse.homeserver.search.words import terms_of
from teahouse.kit.background import Background
from teahouse.kit.bus import Committed
from teahouse.kit.clock import Clock
from teahouse.kit.database import Database
from teahouse.kit.errors import Refused, Unavailable
from teahouse.kit.log import LogWriter, WriteTx

log = structlog.get_logger(__name__)

EVENTS_A_CHANGE = 64
"""Few enough that what waits behind such a change is not held up."""

MAX_WAITING = 20_000
"""Places held in memory; past that they are looked up again in the database."""

GATHER_SECONDS = 0.5
REST, REST_WHEN_BUSY = 2.0, 15.0
"""After each change the follower rests for that many times as long as the change took."""
BUSY = 300
"""Positions a second. People who talk come first; the index catches up when they pause."""

CATCH_UP_MS = 1_000


class Indexing(Background):
    """The index stands at a position: everything until there is in it."""

    def __init__(self, writer: LogWriter, database: Database, clock: Clock) -> None:
        super().__init__()
        self._log = writer
        self._database = database
        self._clock = clock
        self._waiting: deque[Place] = deque()
        self._is_behind = True
        self._reached = 0
        self._lock = asyncio.Lock()
        self._news = asyncio.Event()

    def follow(self, committed: Committed) -> None:
        """Of each event it costs a look at its type; of those that have words, a place."""
        for item in committed.items:
            if type(item) is EventAppended and item.type in FIELDS:
                self._wait_for(item.room_id, item.pos)

    def forget(self, tx: WriteTx, room_id: str, pos: int, body: bytes) -> None:
        """The event is about to be redacted; its `body` is still what was said."""
        store.remove(tx, (room_id, pos), terms_of(text_of(body)))

    async def catch_up(self) -> None:
        """Until now, or as far as it gets in a second: who searches finds what they just read."""
        goal, deadline_ms = self._log.head, self._clock.monotonic_ms() + CATCH_UP_MS
        try:
            while self._is_short_of(goal) and self._clock.monotonic_ms() < deadline_ms:
                # A searcher who hangs up must not leave a change half accounted for.
                await asyncio.shield(self._step())
        except (Refused, Unavailable) as error:
            log.warning("searching an older index", reason=type(error).__name__)

    async def begin(self) -> None:
        self._reached = await self._database.read(store.reached)
        self._news.set()
        self.start()

    async def stop(self) -> None:
        await super().stop()
        async with self._lock:
            if not self._waiting and not self._is_behind and self._log.head > self._reached:
                # What came since has no words: the next start need not look for any.
                head = self._log.head
                with suppress(Refused, Unavailable):
                    await self._log.submit(lambda tx: store.set_reached(tx, head))

    @property
    def waiting(self) -> int:
        """Events that nobody has begun to index."""
        return len(self._waiting)

    def _wait_for(self, room_id: str, pos: int) -> None:
        self._news.set()
        if self._is_behind:
            return
        if len(self._waiting) >= MAX_WAITING:
            self._lose_thread()
        else:
            self._waiting.append((room_id, pos))

    def _lose_thread(self) -> None:
        self._waiting.clear()
        self._is_behind = True

    def _is_short_of(self, goal: int) -> bool:
        """What somebody is indexing at this moment does not wait, and is not there yet."""
        waits = bool(self._waiting) and self._waiting[0][1] <= goal
        return self._is_behind or waits or self._lock.locked()

    async def _work(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            await asyncio.sleep(GATHER_SECONDS)
            try:
                await self._index_what_waits()
            except (Refused, Unavailable, sa.exc.SQLAlchemyError) as error:
                log.warning("indexing put off", reason=type(error).__name__)
                self._news.set()

    async def _index_what_waits(self) -> None:
        started_ms = ended_ms = self._clock.monotonic_ms()
        head = self._log.head
        while await self._step():
            last_ended_ms, last_head = ended_ms, head
            ended_ms, head = self._clock.monotonic_ms(), self._log.head
            is_busy = (head - last_head) * 1_000 > BUSY * (ended_ms - last_ended_ms)
            rest = REST_WHEN_BUSY if is_busy else REST
            await asyncio.sleep((ended_ms - started_ms) * rest / 1_000)
            started_ms = self._clock.monotonic_ms()

    async def _step(self) -> bool:
        """Indexes a few events; whether there were any."""
        async with self._lock:
            if not self._waiting and self._is_behind:
                await self._find_place()
            count = min(len(self._waiting), EVENTS_A_CHANGE)
            if count == 0:
                return False
            some = [self._waiting.popleft() for _ in range(count)]
            try:
                await self._log.submit(lambda tx: index(tx, some))
            except BaseException:
                self._lose_thread()
                raise
            self._reached = some[-1][1]
            return True

    async def _find_place(self) -> None:
        """Looks up what is not indexed yet. From `upto` on, commits are told."""
        upto = self._log.head
        self._is_behind = False
        try:
            found = await self._database.read(
                places.after, FIELDS, self._reached, upto, MAX_WAITING
            )
        except BaseException:
            self._lose_thread()
            raise
        if len(found) == MAX_WAITING:
            self._lose_thread()
        self._waiting.extendleft(reversed(found))


def index(tx: WriteTx, some: list[Place]) -> None:
    """In the writer's thread, so that no redaction comes between the reading and the writing."""
    done_until = store.reached(tx)
    left = [place for place in some if place[1] > done_until]
    for event in places.at(tx, left):
        store.add(tx, (event.room_id, event.pos), terms_of(text_of(event.body)))
    store.set_reached(tx, max(done_until, some[-1][1]))
