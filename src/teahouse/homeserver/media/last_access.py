"""When an upload was last read: to the day, noted in memory and written in batches."""

from __future__ import annotations

from functools import partial
from itertools import islice

from teahouse.homeserver.media import store
from teahouse.homeserver.media.model import Media
from teahouse.kit.clock import Clock
from teahouse.kit.log import LogWriter

DAY_MS = 86_400_000
MOST_NOTED = 50_000
"""Past that, uploads keep their older day until they are read again."""
NOTES_A_CHANGE = 200


class LastAccess:
    """A crash loses the notes of the last minute, which the next reader makes again."""

    def __init__(self, log: LogWriter, clock: Clock) -> None:
        self._log = log
        self._clock = clock
        self._noted: set[str] = set()

    def note(self, media: Media) -> None:
        """On the path of every download: no wait."""
        is_old = self._clock.now_ms() - media.accessed_at_ms >= DAY_MS
        if is_old and len(self._noted) < MOST_NOTED:
            self._noted.add(media.media_id)

    async def write(self) -> None:
        while self._noted:
            some = list(islice(self._noted, NOTES_A_CHANGE))
            await self._log.submit(partial(store.note_access, media_ids=some))
            self._noted.difference_update(some)
