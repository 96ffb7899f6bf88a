"""GET /sync."""

from __future__ import annotations

from collections.abc import Sequence

from teahouse.homeserver.accountdata.filters import Filters
from teahouse.homeserver.presence.published import State
from teahouse.homeserver.sync.asked import Asked
from teahouse.homeserver.sync.service import Sync
from teahouse.kit.errors import invalid_param
from teahouse.kit.http import Access, Request, Route
from teahouse.kit.paging import SyncToken

MAX_TIMEOUT_MS = 60_000
PRESENCES: dict[str, State] = {
    "offline": "offline",
    "online": "online",
    "unavailable": "unavailable",
}


class SyncApi:
    def __init__(self, service: Sync, filters: Filters) -> None:
        self._sync = service
        self._filters = filters

    def routes(self) -> Sequence[Route]:
        return [Route("GET", "/_matrix/client/v3/sync", self.sync, Access.GUEST)]

    async def sync(self, request: Request) -> bytes:
        since = request.query("since")
        presence = PRESENCES.get(request.query("set_presence") or "online")
        if presence is None:
            raise invalid_param("set_presence must be offline, online or unavailable")
        asked = Asked(
            user_id=request.user_id,
            device_id=request.device_id,
            since=None if since is None else SyncToken.parse(since),
            filter=await self._filters.get(request.user_id, request.query("filter")),
            full_state=request.query_bool("full_state"),
            state_after=request.query_bool("use_state_after"),
            presence=presence,
        )
        timeout_ms = request.query_int("timeout", 0, most=MAX_TIMEOUT_MS)
        return await self._sync.sync(asked, timeout_ms)
