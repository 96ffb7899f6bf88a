"""Operations that are older than /sync."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from teahouse.homeserver.legacy.room_initial import RoomStart
from teahouse.homeserver.legacy.service import Legacy
from teahouse.homeserver.rooms.timeline import stored
from teahouse.homeserver.rooms.timeline.paging_query import limit
from teahouse.homeserver.rooms.timeline.render import render_as_then
from teahouse.homeserver.rooms.visibility.reading import Reading
from teahouse.homeserver.rooms.visibility.viewpoint import Reader
from teahouse.homeserver.rooms.visibility.visibility_reads import visible
from teahouse.kit.database import ReadTx
from teahouse.kit.errors import Refused, not_found
from teahouse.kit.http import Access, Request, Route
from teahouse.kit.log import LogWriter
from teahouse.kit.paging import SyncToken

V3 = "/_matrix/client/v3"
TIMEOUT_MS = 30_000
"""For a client that does not say how long it waits."""
MAX_TIMEOUT_MS = 60_000


class LegacyApi:
    def __init__(
        self, log: LogWriter, legacy: Legacy, reading: Reading, room_start: RoomStart
    ) -> None:
        self._log = log
        self._legacy = legacy
        self._reading = reading
        self._room_start = room_start

    def routes(self) -> Sequence[Route]:
        room = V3 + "/rooms/{room_id}/initialSync"
        return [
            Route("GET", V3 + "/initialSync", self.initialSync, limit="room"),
            Route("GET", room, self.roomInitialSync, Access.GUEST),
            Route("GET", V3 + "/events", self.getEvents, Access.GUEST),
            Route("GET", V3 + "/events/{event_id}", self.getOneEvent),
        ]

    async def initialSync(self, request: Request) -> Any:
        archived = request.query_bool("archived")
        return await self._legacy.initial(request, limit(request), archived=archived)

    async def roomInitialSync(self, request: Request) -> Any:
        key = request["room_id"], limit(request), self._log.head
        return await self._reading.read(request, self._room_start.read, *key)

    async def getEvents(self, request: Request) -> Any:
        """With `room_id` it is what the specification calls peekEvents. There was a `limit` once:
        a page has what there is, but nonsense is still refused.
        """
        token, room_id = request.query("from"), request.query("room_id")
        since = SyncToken.parse(token) if token else None
        timeout_ms = request.query_int("timeout", TIMEOUT_MS, most=MAX_TIMEOUT_MS)
        limit(request)
        if room_id is not None:
            return await self._legacy.peek(request, room_id, since, timeout_ms)
        if request.requester.is_guest:
            raise Refused("M_GUEST_ACCESS_FORBIDDEN", "Guests follow one room at a time")
        return await self._legacy.events(request, since, timeout_ms)

    async def getOneEvent(self, request: Request) -> bytes:
        return await self._reading.read(request, _one_event, request["event_id"])


def _one_event(tx: ReadTx, reader: Reader, now_ms: int, event_id: str) -> bytes:
    """Errors: M_NOT_FOUND."""
    for found in stored.anywhere(tx, event_id):
        if visible(tx, reader.user_id, found.room_id, [found]):
            return render_as_then(tx, reader, [found], now_ms)[0]
    raise not_found("There is no such event")
