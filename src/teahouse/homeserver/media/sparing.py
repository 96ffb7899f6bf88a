"""What is known to be in use counts as read: pictures of people and rooms, which clients keep and
do not ask for again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from teahouse.homeserver.media import store
from teahouse.kit.clock import Clock
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.log import LogWriter

DAY_MS = 86_400_000
ROWS_A_CHANGE = 200

Place = tuple[int, str]
START: Place = (-1, "")
PagesInUse = Callable[[ReadTx, Place], tuple[Sequence[str], Place | None]]
"""(tx, after) -> addresses of the next page, and where the one after it begins."""


class Sparing:
    def __init__(self, prefix: str, database: Database, log: LogWriter, clock: Clock) -> None:
        """`prefix` is that of this server's addresses."""
        self._prefix = prefix
        self._database = database
        self._log = log
        self._clock = clock
        self.sources: list[PagesInUse] = []

    async def spare(self) -> None:
        for source in self.sources:
            place: Place | None = START
            while place is not None:
                addresses, place = await self._database.read(source, place)
                await self._note(addresses)

    async def _note(self, addresses: Iterable[str]) -> None:
        own = {
            address.removeprefix(self._prefix)
            for address in addresses
            if address.startswith(self._prefix)
        }
        before_ms = self._clock.now_ms() - DAY_MS
        found = await self._database.read(store.found, own)
        stale = [media.media_id for media in found if media.accessed_at_ms <= before_ms]
        for start in range(0, len(stale), ROWS_A_CHANGE):
            some = stale[start : start + ROWS_A_CHANGE]
            await self._log.submit(partial(store.note_access, media_ids=some))
