"""Erasing what a person said, from the eyes of those who come later.

Whoever could see an event before its sender was erased sees it as before; whoever comes after that
sees it as if it had been redacted. State is the room's: of it only the person's own memberships are
erased, which hold their name and picture.
Source: client-server API, POST /account/deactivate, "erase"
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

import msgspec
import orjson

from teahouse.homeserver.rooms.timeline.stored import StoredEvent
from teahouse.homeserver.rooms.upkeep import erasing_store as store
from teahouse.homeserver.rooms.visibility.viewpoint import Viewpoint
from teahouse.kit.database import Database
from teahouse.kit.log import LogWriter, WriteTx
from teahouse.protocol import events
from teahouse.protocol.room_versions import ROOM_VERSIONS

EVENTS_A_CHANGE = 500

Also = Callable[[str], Awaitable[object]]
"""(user_id): erases what another package keeps of the person; may be asked twice."""


class Erasing:
    def __init__(self, database: Database, log: LogWriter) -> None:
        self._database = database
        self._log = log
        self._one_by_one = asyncio.Lock()
        self.also: list[Also] = []

    def begin(self, tx: WriteTx, user_id: str) -> None:
        """From here on; `finish` does it, or the next start."""
        store.begin(tx, user_id, tx.next_pos())

    def go_on(self, tx: WriteTx, user_id: str) -> None:
        """They have left their rooms only after they were erased: that is erased, too."""
        if store.is_erased(tx, user_id):
            self.begin(tx, user_id)

    async def finish(self) -> None:
        """All that was begun."""
        async with self._one_by_one:
            for user_id, pos in await self._database.read(store.begun):
                await self._mark_events(user_id, pos)
                for erase in self.also:
                    await erase(user_id)
                await self._log.submit(partial(store.finish, user_id=user_id, pos=pos))

    async def _mark_events(self, user_id: str, pos: int) -> None:
        for room_id in await self._database.read(store.rooms_of, user_id):
            positions = await self._database.read(store.unmarked, room_id, user_id, pos)
            for start in range(0, len(positions), EVENTS_A_CHANGE):
                some = positions[start : start + EVENTS_A_CHANGE]
                await self._log.submit(partial(store.mark, room_id=room_id, some=some, pos=pos))


def as_shown(view: Viewpoint, found: Sequence[StoredEvent]) -> list[StoredEvent]:
    """The events as their reader sees them."""
    return [
        _emptied(view, event)
        if event.erased_pos is not None and not view.saw(event.pos, event.erased_pos)
        else event
        for event in found
    ]


def _emptied(view: Viewpoint, found: StoredEvent) -> StoredEvent:
    version = ROOM_VERSIONS[view.room_version]
    body = msgspec.json.decode(found.body)
    kept = events.redact_content(version, body["type"], body["content"])
    return replace(found, body=orjson.dumps({**body, "content": kept}), unsigned=None)
