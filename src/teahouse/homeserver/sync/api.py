"""GET /sync."""

from __future__ import annotations

from collections.abc import Sequence

from teahouse.homeserver.accountdata.filters import Filters
from teahouse.homeserver.presence.asked import presence_of
from teahouse.homeserver.sync.asked import Asked
from teahouse.homeserver.sync.limit import SyncLimit
from teahouse.homeserver.sync.service import Sync
from teahouse.kit.http import Access, Request, Route
from teahouse.kit.limits import Limits
from teahouse.kit.paging import SyncToken

MAX_TIMEOUT_MS = 60_000


class SyncApi:
    def __init__(self, service: Sync, filters: Filters, limits: Limits) -> None:
        self._sync = service
        self._filters = filters
        self._limits = limits

    def routes(self) -> Sequence[Route]:
        return [Route("GET", "/_matrix/client/v3/sync", self.sync, Access.GUEST)]

    async def sync(self, request: Request) -> bytes:
        since = request.query("since")
        asked = Asked(
            user_id=request.user_id,
            device_id=request.device_id,
            since=None if since is None else SyncToken.parse(since),
            filter=await self._filters.get(request.user_id, request.query("filter")),
            full_state=request.query_bool("full_state"),
            state_after=request.query_bool("use_state_after"),
            presence=presence_of(request.query("set_presence")),
        )
        asks = SyncLimit(self._limits, request)
        asks.check(is_first=asked.since is None or asked.full_state)
        timeout_ms = request.query_int("timeout", 0, most=MAX_TIMEOUT_MS)
        return asks.answered(await self._sync.sync(asked, timeout_ms))
