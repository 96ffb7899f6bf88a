"""POST /sync, by its unstable and by its stable name."""

from __future__ import annotations

from collections.abc import Sequence

from teahouse.homeserver.sliding import shapes
from teahouse.homeserver.sliding.service import SlidingSync
from teahouse.homeserver.sliding.shapes import Call, Shape
from teahouse.homeserver.sync.limit import SyncLimit
from teahouse.kit.http import Access, Request, Route
from teahouse.kit.limits import Limits

UNSTABLE_PATH = "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync"
STABLE_PATH = "/_matrix/client/v4/sync"


class SlidingSyncApi:
    def __init__(self, sync: SlidingSync, limits: Limits) -> None:
        self._sync = sync
        self._limits = limits

    def routes(self) -> Sequence[Route]:
        return [
            Route("POST", UNSTABLE_PATH, self.unstableSlidingSync, Access.GUEST),
            Route("POST", STABLE_PATH, self.slidingSync, Access.GUEST),
        ]

    async def unstableSlidingSync(self, request: Request) -> bytes:
        return await self._answer(request, await shapes.unstable(request), shapes.UNSTABLE)

    async def slidingSync(self, request: Request) -> bytes:
        return await self._answer(request, await shapes.stable(request), shapes.STABLE)

    async def _answer(self, request: Request, call: Call, shape: Shape) -> bytes:
        asks = SyncLimit(self._limits, request)
        # All rooms in sight are read anew for it, as for a first answer of `GET /sync`.
        asks.check(is_first=call.asked.token is None)
        return asks.answered(await self._sync.sync(call, shape))
