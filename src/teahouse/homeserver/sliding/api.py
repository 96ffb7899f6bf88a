"""POST /sync, by its unstable and by its stable name."""

from __future__ import annotations

from collections.abc import Sequence

from teahouse.homeserver.sliding import shapes
from teahouse.homeserver.sliding.service import SlidingSync
from teahouse.kit.http import Access, Request, Route

UNSTABLE_PATH = "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync"
STABLE_PATH = "/_matrix/client/v4/sync"


class SlidingSyncApi:
    def __init__(self, sync: SlidingSync) -> None:
        self._sync = sync

    def routes(self) -> Sequence[Route]:
        return [
            Route("POST", UNSTABLE_PATH, self.unstableSlidingSync, Access.GUEST),
            Route("POST", STABLE_PATH, self.slidingSync, Access.GUEST),
        ]

    async def unstableSlidingSync(self, request: Request) -> bytes:
        return await self._sync.sync(await shapes.unstable(request), shapes.UNSTABLE)

    async def slidingSync(self, request: Request) -> bytes:
        return await self._sync.sync(await shapes.stable(request), shapes.STABLE)
