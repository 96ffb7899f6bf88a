"""Operations that read what was said in a room: pages of it, and what is around one event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from teahouse.homeserver.rooms.state import state_reads
from teahouse.homeserver.rooms.tables import room_state
from teahouse.homeserver.rooms.timeline import history, stored
from teahouse.homeserver.rooms.timeline.history import Stretch, passes
from teahouse.homeserver.rooms.timeline.paging_query import event_filter, limit, one_of, place
from teahouse.homeserver.rooms.timeline.render import render
from teahouse.homeserver.rooms.timeline.stored import StoredEvent
from teahouse.homeserver.rooms.visibility.reading import Reading
from teahouse.homeserver.rooms.visibility.standing import access_room
from teahouse.homeserver.rooms.visibility.viewpoint import Reader
from teahouse.homeserver.rooms.visibility.visibility_reads import sight
from teahouse.kit.database import ReadTx
from teahouse.kit.errors import missing_param, not_found
from teahouse.kit.http import Access, Request, Route
from teahouse.kit.paging import PageToken
from teahouse.protocol.filters import RoomEventFilter

ROOM = "/_matrix/client/v3/rooms/{room_id}"


@dataclass(frozen=True, slots=True)
class Asked:
    """Of a page. `shown_from` is the token as it was given."""

    room_id: str
    forward: bool
    start: int | None
    stop: int | None
    limit: int
    filter: RoomEventFilter
    shown_from: str | None


class RoomHistoryApi:
    def __init__(self, reading: Reading) -> None:
        self._read = reading.read

    def routes(self) -> Sequence[Route]:
        return [
            Route("GET", ROOM + "/messages", self.getRoomEvents, Access.GUEST),
            Route("GET", ROOM + "/context/{event_id}", self.getEventContext, Access.GUEST),
        ]

    async def getRoomEvents(self, request: Request) -> bytes:
        direction = one_of(request, "dir", "b", "f")
        if direction is None:
            await self._read(request, _check_access, request["room_id"])
            raise missing_param("dir")
        asked = Asked(
            room_id=request["room_id"],
            forward=direction == "f",
            start=place(request, "from"),
            stop=place(request, "to"),
            limit=limit(request),
            filter=event_filter(request),
            shown_from=request.query("from"),
        )
        return await self._read(request, _messages, asked)

    async def getEventContext(self, request: Request) -> bytes:
        key = (request["room_id"], request["event_id"])
        return await self._read(request, _context, key, limit(request), event_filter(request))


def _check_access(tx: ReadTx, reader: Reader, _now_ms: int, room_id: str) -> bytes:
    """Whoever may not see a room learns nothing of how to ask."""
    access_room(tx, reader.user_id, room_id)
    return b""


def _messages(tx: ReadTx, reader: Reader, now_ms: int, asked: Asked) -> bytes:
    room_id = asked.room_id
    end = history.end_of(tx, room_id, access_room(tx, reader.user_id, room_id).upto)
    stretch = _stretch(asked, end)
    seen = sight(tx, reader.user_id, room_id)
    wanted = asked.filter
    most = asked.limit if wanted.limit is None else min(asked.limit, wanted.limit)
    fetch = history.of_room(tx, room_id, stretch)
    page = history.page(fetch, seen, stretch, most, wanted, ignored=reader.ignored)
    start = asked.shown_from or str(PageToken(stretch.start))
    parts = [
        b'"start":"%b"' % start.encode(),
        b'"chunk":' + _array(render(tx, reader, page.events, now_ms)),
    ]
    next_place = page.next_place
    if next_place is None and page.events:
        # Clients rely on a token after events; the empty page behind them has none.
        next_place = stretch.stop
    if next_place is not None:
        parts.append(b'"end":"%b"' % str(PageToken(next_place)).encode())
    if wanted.lazy_load_members:
        members = state_reads.members_when_they_spoke(tx, page.events)
        parts.append(b'"state":' + _array(render(tx, reader, members, now_ms)))
    return b"{%b}" % b",".join(parts)


def _stretch(asked: Asked, end: int) -> Stretch:
    """Bounded by where the reader's history ends."""
    first, last = (history.START, end) if asked.forward else (end, history.START)
    start = first if asked.start is None else min(asked.start, end)
    stop = last if asked.stop is None else min(asked.stop, end)
    return Stretch(start, stop, asked.forward)


def _context(
    tx: ReadTx,
    reader: Reader,
    now_ms: int,
    key: tuple[str, str],
    most: int,
    wanted: RoomEventFilter,
) -> bytes:
    room_id, event_id = key
    standing = access_room(tx, reader.user_id, room_id)
    seen = sight(tx, reader.user_id, room_id)
    found = stored.by_id(tx, room_id, event_id)
    if found is None or not seen.sees(found.pos):
        raise not_found("There is no such event")
    before = Stretch(found.room_order - 1, history.START, forward=False)
    after = Stretch(found.room_order, history.end_of(tx, room_id, standing.upto), forward=True)

    def page(stretch: Stretch, size: int) -> history.Page:
        fetch = history.of_room(tx, room_id, stretch)
        return history.page(fetch, seen, stretch, size, wanted, ignored=reader.ignored)

    earlier, later = page(before, most // 2), page(after, most - most // 2)
    start = before.stop if earlier.next_place is None else earlier.next_place
    end = after.stop if later.next_place is None else later.next_place
    around = [*reversed(earlier.events), found, *later.events]
    state = _state_around(tx, room_id, around, wanted)
    return b"{%b}" % b",".join(
        (
            b'"start":"%b"' % str(PageToken(start)).encode(),
            b'"end":"%b"' % str(PageToken(end)).encode(),
            b'"event":' + render(tx, reader, [found], now_ms)[0],
            b'"events_before":' + _array(render(tx, reader, earlier.events, now_ms)),
            b'"events_after":' + _array(render(tx, reader, later.events, now_ms)),
            b'"state":' + _array(render(tx, reader, state, now_ms)),
        )
    )


def _state_around(
    tx: ReadTx, room_id: str, around: Sequence[StoredEvent], wanted: RoomEventFilter
) -> list[StoredEvent]:
    """The state at the last event; lazily loaded, of the members only those who speak."""
    last = around[-1].pos
    if wanted.lazy_load_members:
        state = state_reads.state_at(tx, room_id, last, room_state.c.type != "m.room.member")
        state += state_reads.members_when_they_spoke(tx, around)
    else:
        state = state_reads.state_at(tx, room_id, last)
    return [found for found in state if passes(wanted, found)]


def _array(events: Sequence[bytes]) -> bytes:
    return b"[%b]" % b",".join(events)
