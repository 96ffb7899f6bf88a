"""Presence: said by people, or seen from their syncs."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

import structlog

from teahouse.homeserver.presence.book import PresenceBook
from teahouse.homeserver.presence.published import PresenceChanged, State
from teahouse.kit.background import Background
from teahouse.kit.clock import Clock
from teahouse.kit.errors import Refused, Unavailable
from teahouse.kit.log import LogWriter, WriteTx

log = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS = 10
REST_SECONDS = 0.5
"""At least, between two times of telling who has come."""

AWAY_AFTER_MS = 90_000
"""Longer than a sync may wait."""

ACTIVE_MS = 60_000
MAX_SEEN = 100_000
CHANGES_A_COMMIT = 500

SAID = ""
MOST_PRESENT: Sequence[State] = ("online", "unavailable")

Sighting = tuple[int, State]
"""When, and as what."""

Said = tuple[str, State, str | None]
"""(user_id, presence, status_msg)"""


class Presences(Background):
    def __init__(self, writer: LogWriter, clock: Clock, book: PresenceBook) -> None:
        super().__init__()
        self._log = writer
        self._clock = clock
        self._book = book
        self._seen: OrderedDict[str, dict[str, Sighting]] = OrderedDict()
        """By person, then by device; `SAID` is what counts until a device is seen again."""
        self._come: set[str] = set()
        self._has_come = asyncio.Event()
        self.before_change: list[Callable[[str], Awaitable[object]]] = []
        """Called for each person: whoever shows presence learns their rooms first."""

    async def say(self, user_id: str, presence: State, status_msg: str | None) -> None:
        """In a person's own words: told to others at once."""
        self._seen.pop(user_id, None)
        self._see(user_id, SAID, presence)
        await self._change([(user_id, presence, status_msg)])

    async def synced(self, user_id: str, device_id: str, presence: State) -> None:
        """On the path of every sync: waits only for who comes to be told of, before they read.

        Whoever syncs as `offline` is not seen.
        """
        if presence == "offline":
            return
        self._see(user_id, device_id, presence)
        said = self._book.of(user_id)
        if said is None or said.presence == "offline":
            with suppress(Refused, Unavailable):
                await self._tell([user_id])
        elif said.presence != presence:
            self._come.add(user_id)
            self._has_come.set()

    def shown(self, user_id: str, active_ms: int | None = None) -> dict[str, Any]:
        """The content of m.presence. `active_ms`: when the person did something, as far as the
        caller knows; it is told where nothing is known here."""
        now_ms = self._clock.now_ms()
        said, seen = self._book.of(user_id), self._seen.get(user_id)
        presence = said.presence if said is not None else self._by_sight(user_id, now_ms)
        content: dict[str, Any] = {"presence": presence}
        if seen:
            ago_ms = max(0, now_ms - max(at_ms for at_ms, _ in seen.values()))
            content["last_active_ago"] = ago_ms
            content["currently_active"] = presence == "online" and ago_ms < ACTIVE_MS
        elif active_ms is not None:
            content["last_active_ago"] = max(0, now_ms - active_ms)
        if said is not None and said.status_msg is not None:
            content["status_msg"] = said.status_msg
        return content

    async def look(self) -> None:
        """Tells of those who came or went since the last look."""
        self._come.clear()
        await self._tell(list(self._seen))

    async def greet(self) -> None:
        """Tells of those whose syncs show that they may be otherwise than was told."""
        come, self._come = self._come, set()
        await self._tell([user_id for user_id in come if user_id in self._seen])

    async def _tell(self, user_ids: Sequence[str]) -> None:
        now_ms = self._clock.now_ms()
        changes: list[Said] = []
        for user_id in user_ids:
            said, presence = self._book.of(user_id), self._by_sight(user_id, now_ms)
            if presence != (said.presence if said else "offline"):
                changes.append((user_id, presence, said.status_msg if said else None))
            if presence == "offline" and len(self._seen) > MAX_SEEN // 2:
                del self._seen[user_id]
        for start in range(0, len(changes), CHANGES_A_COMMIT):
            await self._change(changes[start : start + CHANGES_A_COMMIT])

    def _see(self, user_id: str, device_id: str, presence: State) -> None:
        now_ms = self._clock.now_ms()
        sightings = self._seen.get(user_id, {})
        if sightings.keys() - {device_id}:
            sightings = {
                other: (at_ms, was)
                for other, (at_ms, was) in sightings.items()
                if other != SAID and now_ms - at_ms <= AWAY_AFTER_MS
            }
        sightings[device_id] = (now_ms, presence)
        self._seen[user_id] = sightings
        self._seen.move_to_end(user_id)
        if len(self._seen) > MAX_SEEN:
            self._seen.popitem(last=False)

    def _by_sight(self, user_id: str, now_ms: int) -> State:
        """What the most present of a person's devices says."""
        seen = self._seen.get(user_id, {}).values()
        states = {presence for at_ms, presence in seen if now_ms - at_ms <= AWAY_AFTER_MS}
        return next((state for state in MOST_PRESENT if state in states), "offline")

    async def _change(self, changes: Sequence[Said]) -> None:
        for prepare in self.before_change:
            for user_id, _, _ in changes:
                await prepare(user_id)

        def change(tx: WriteTx) -> None:
            for user_id, presence, status_msg in changes:
                tx.publish(PresenceChanged(user_id, presence, status_msg, tx.next_pos()))

        await self._log.submit(change)

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + LOOK_EVERY_SECONDS
        while True:
            await self._someone_comes(due - loop.time())
            try:
                if loop.time() < due:
                    await self.greet()
                else:
                    due = loop.time() + LOOK_EVERY_SECONDS
                    await self.look()
            except (Refused, Unavailable) as error:
                log.warning("presence not told", reason=type(error).__name__)
            await asyncio.sleep(REST_SECONDS)

    async def _someone_comes(self, within_seconds: float) -> None:
        self._has_come.clear()
        if self._come:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0, within_seconds)):
                await self._has_come.wait()
