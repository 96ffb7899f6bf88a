"""The operation that finds the event next to a moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from teahouse.homeserver.rooms.timeline.by_timestamp import closest
from teahouse.homeserver.rooms.timeline.paging_query import one_of
from teahouse.homeserver.rooms.visibility.reading import Reading
from teahouse.homeserver.rooms.visibility.standing import access_room
from teahouse.homeserver.rooms.visibility.viewpoint import Reader
from teahouse.homeserver.rooms.visibility.visibility_reads import sight
from teahouse.kit.database import ReadTx
from teahouse.kit.errors import missing_param, not_found
from teahouse.kit.http import Request, Route

PATH = "/_matrix/client/v1/rooms/{room_id}/timestamp_to_event"


class EventByTimestampApi:
    def __init__(self, reading: Reading) -> None:
        self._read = reading.read

    def routes(self) -> Sequence[Route]:
        return [Route("GET", PATH, self.getEventByTimestamp)]

    async def getEventByTimestamp(self, request: Request) -> Any:
        request.required_query("ts")
        ts = request.query_int("ts", 0)
        direction = one_of(request, "dir", "f", "b")
        if direction is None:
            raise missing_param("dir")
        return await self._read(request, _closest, request["room_id"], ts, direction == "f")


def _closest(
    tx: ReadTx, reader: Reader, _now_ms: int, room_id: str, ts: int, forward: bool
) -> dict[str, Any]:
    """Errors: M_FORBIDDEN, M_NOT_FOUND."""
    upto = access_room(tx, reader.user_id, room_id).upto
    seen = sight(tx, reader.user_id, room_id)
    found = closest(tx, room_id, seen, upto, ts, forward=forward)
    if found is None:
        raise not_found("There is no event that you may see in this direction")
    return {"event_id": found.event_id, "origin_server_ts": found.origin_server_ts}
