"""Deleting uploads: some, a user's, or those that nobody reads. Their files follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from teahouse.homeserver.media import counted_store, pending_store, store
from teahouse.homeserver.media.model import NOBODY, Media
from teahouse.homeserver.media.removal import Removal
from teahouse.homeserver.media.sparing import Sparing
from teahouse.kit.clock import Clock
from teahouse.kit.database import ReadTx
from teahouse.kit.log import LogWriter, WriteTx

DAY_MS = 86_400_000
ROWS_A_CHANGE = 100
"""Few enough that what waits behind such a change is not held up."""

FOUND_DAYS = 7
"""What the server fetched by itself goes when nobody has read it for so long."""

Find = Callable[[ReadTx], Sequence[Media]]


class Purging:
    def __init__(
        self, log: LogWriter, clock: Clock, removal: Removal, sparing: Sparing, unused_days: int
    ) -> None:
        self._log = log
        self._clock = clock
        self._removal = removal
        self._sparing = sparing
        self._unused_days = unused_days

    async def delete(self, media_ids: Iterable[str]) -> int:
        """How many there were."""
        left, count = list(media_ids), 0
        while left:
            some, left = left[:ROWS_A_CHANGE], left[ROWS_A_CHANGE:]
            count += await self._delete_page(partial(store.found, media_ids=some))
        return count

    async def delete_of_user(self, user_id: str) -> int:
        """All that they uploaded, and the addresses that they have not filled."""
        await self._log.submit(partial(pending_store.remove_of_user, user_id=user_id))
        return await self._delete_all(partial(store.of_user, user_id=user_id, limit=ROWS_A_CHANGE))

    async def delete_unread(self, days: int) -> int:
        """What nobody has read for so many days, and is not known to be in use."""
        await self._sparing.spare()
        return await self._delete_unread(days, None)

    async def follow_policy(self) -> None:
        """What the settings say, and addresses that were never filled."""
        while await self._log.submit(partial(pending_store.remove_expired, limit=ROWS_A_CHANGE)):
            pass
        await self._delete_unread(FOUND_DAYS, NOBODY)
        if self._unused_days:
            await self.delete_unread(self._unused_days)

    async def _delete_unread(self, days: int, user_id: str | None) -> int:
        before_ms = self._clock.now_ms() - days * DAY_MS
        return await self._delete_all(
            partial(
                store.not_accessed_since,
                before_ms=before_ms,
                limit=ROWS_A_CHANGE,
                user_id=user_id,
            )
        )

    async def _delete_all(self, find: Find) -> int:
        count = 0
        while deleted := await self._delete_page(find):
            count += deleted
        return count

    async def _delete_page(self, find: Find) -> int:
        count = await self._log.submit(partial(_delete, find))
        if count:
            self._removal.tell()
        return count


def _delete(find: Find, tx: WriteTx) -> int:
    found = find(tx)
    if not found:
        return 0
    store.remove(tx, [media.media_id for media in found])
    uses = Counter((media.object_name, media.size_bytes) for media in found)
    for (object_name, size_bytes), count in uses.items():
        counted_store.drop_uses(tx, object_name, size_bytes, count)
    bytes_of: Counter[str] = Counter()
    for media in found:
        bytes_of[media.user_id] += media.size_bytes
    for user_id, size_bytes in bytes_of.items():
        counted_store.add_usage(tx, user_id, -size_bytes)
    return len(found)
