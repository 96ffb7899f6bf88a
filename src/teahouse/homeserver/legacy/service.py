"""initialSync and events, asked of the sync."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from teahouse.homeserver.legacy import told
from teahouse.homeserver.legacy.peeking import Peeked, Peeks, peek
from teahouse.homeserver.legacy.seen import Seen
from teahouse.homeserver.rooms.outside.listing import listed_among
from teahouse.homeserver.rooms.state import state_reads
from teahouse.homeserver.rooms.timeline.render import render
from teahouse.homeserver.rooms.visibility.reading import Reading
from teahouse.homeserver.rooms.visibility.standing import NOW
from teahouse.homeserver.rooms.visibility.viewpoint import Reader
from teahouse.homeserver.sync.asked import Asked
from teahouse.homeserver.sync.limit import SyncLimit
from teahouse.homeserver.sync.service import Sync
from teahouse.homeserver.sync.views import Views
from teahouse.kit.clock import Clock
from teahouse.kit.database import ReadTx
from teahouse.kit.http import Request
from teahouse.kit.limits import Limits
from teahouse.kit.log import LogWriter
from teahouse.kit.paging import SyncToken
from teahouse.protocol.filters import RoomEventFilter, RoomFilter, SyncFilter

NO_DEVICE = ""
"""Messages to devices are for who syncs."""

MAX_OWN_EVENTS = 100


class Legacy:
    def __init__(
        self,
        log: LogWriter,
        clock: Clock,
        sync: Sync,
        reading: Reading,
        views: Views,
        seen: Seen,
        limits: Limits,
    ) -> None:
        self._log = log
        self._clock = clock
        self._sync = sync
        self._reading = reading
        self._views = views
        self._seen = seen
        self._limits = limits
        self._peeks = Peeks(log, views)
        self._is_ending = False

    async def initial(self, request: Request, limit: int, *, archived: bool) -> dict[str, Any]:
        timeline = RoomEventFilter(limit=limit)
        wanted = SyncFilter(room=RoomFilter(include_leave=archived, timeline=timeline))
        body = await self._synced(request, None, wanted, 0)
        own = await self._own_events(request, body)
        rooms = body.get("rooms", {})
        named = [room_id for kind in rooms.values() for room_id in kind]
        listed = await self._reading.read(request, _listed, named)
        answer = told.initial(body, own, request.user_id, listed)
        if all(event["sender"] != request.user_id for event in answer["presence"]):
            answer["presence"].append(self._seen.event(request.user_id))
        return answer

    async def events(
        self, request: Request, since: SyncToken | None, timeout_ms: int
    ) -> dict[str, Any]:
        """Of everything that is the reader's; from now on where `since` is None."""
        since = since or SyncToken(self._log.head)
        body = await self._synced(request, since, SyncFilter(), timeout_ms)
        found = told.events(body, await self._own_events(request, body), request.user_id)
        return {"chunk": found, "start": str(since), "end": body["next_batch"]}

    async def peek(
        self, request: Request, room_id: str, since: SyncToken | None, timeout_ms: int
    ) -> dict[str, Any]:
        """Of one room. Errors: M_FORBIDDEN."""
        head = self._log.head
        after = head if since is None else min(since.pos, head)
        peeked = await self._peek(request, room_id, after, timeout_ms)
        return {
            "chunk": [msgspec.Raw(event) for event in peeked.events],
            "start": str(SyncToken(after)),
            "end": str(SyncToken(peeked.upto)),
        }

    def end_waiting(self) -> None:
        self._is_ending = True
        self._peeks.end()

    async def _peek(self, request: Request, room_id: str, after: int, timeout_ms: int) -> Peeked:
        deadline_ms = self._clock.monotonic_ms() + timeout_ms
        while True:
            # The waiter first, then the head: what is committed in between is not missed.
            waiter = self._peeks.waiter(room_id)
            try:
                peeked = await self._reading.read(request, peek, room_id, after, self._log.head)
                left_ms = deadline_ms - self._clock.monotonic_ms()
                if peeked.is_joined:
                    seen = self._seen.in_room(self._views, room_id, after, peeked.upto)
                    peeked.events.extend(map(msgspec.json.encode, seen))
                if peeked.events or left_ms <= 0 or self._is_ending:
                    return peeked
                after = peeked.upto
                await asyncio.wait([waiter], timeout=left_ms / 1000)
            finally:
                self._peeks.forget(room_id, waiter)

    async def _synced(
        self, request: Request, since: SyncToken | None, wanted: SyncFilter, timeout_ms: int
    ) -> dict[str, Any]:
        asked = Asked(
            user_id=request.user_id,
            device_id=NO_DEVICE,
            since=since,
            filter=wanted,
            full_state=False,
            state_after=since is None,
        )
        asks = SyncLimit(self._limits, request)
        asks.check(is_first=since is None)
        answer = asks.answered(await self._sync.sync(asked, timeout_ms))
        body: dict[str, Any] = msgspec.json.decode(answer)
        return body

    async def _own_events(self, request: Request, body: dict[str, Any]) -> told.OwnEvents:
        """By which the reader was invited to rooms, or knocked at them."""
        rooms = body.get("rooms", {})
        asked_in = [*rooms.get("invite", {}), *rooms.get("knock", {})][-MAX_OWN_EVENTS:]
        if not asked_in:
            return {}
        return await self._reading.read(request, _own_events, asked_in)


def _own_events(
    tx: ReadTx, reader: Reader, now_ms: int, room_ids: list[str]
) -> dict[str, dict[str, Any]]:
    own: dict[str, dict[str, Any]] = {}
    for room_id in room_ids:
        found = state_reads.state_event(tx, room_id, "m.room.member", reader.user_id, NOW)
        if found is not None:
            own[room_id] = msgspec.json.decode(render(tx, reader, [found], now_ms)[0])
    return own


def _listed(tx: ReadTx, _reader: Reader, _now_ms: int, room_ids: list[str]) -> set[str]:
    return listed_among(tx, room_ids)
