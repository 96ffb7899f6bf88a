"""Operations that read what relates to an event, and the threads of a room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from teahouse.homeserver.rooms.timeline import history, stored
from teahouse.homeserver.rooms.timeline.history import Stretch
from teahouse.homeserver.rooms.timeline.paging_query import limit, one_of, place
from teahouse.homeserver.rooms.timeline.relation_reads import (
    RECURSION_DEPTH,
    Wanted,
    related,
    threads,
)
from teahouse.homeserver.rooms.timeline.render import render
from teahouse.homeserver.rooms.timeline.stored import emptied
from teahouse.homeserver.rooms.visibility.reading import Reading
from teahouse.homeserver.rooms.visibility.standing import NOW, access_room
from teahouse.homeserver.rooms.visibility.viewpoint import Reader, Viewpoint
from teahouse.homeserver.rooms.visibility.visibility_reads import sight
from teahouse.kit.database import ReadTx
from teahouse.kit.errors import not_found
from teahouse.kit.http import Request, Route
from teahouse.kit.paging import PageToken

V1_ROOM = "/_matrix/client/v1/rooms/{room_id}"
DEFAULT_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Asked:
    wanted: Wanted
    forward: bool
    start: int | None
    stop: int | None
    limit: int


class RelationsApi:
    def __init__(self, reading: Reading) -> None:
        self._read = reading.read

    def routes(self) -> Sequence[Route]:
        one = V1_ROOM + "/relations/{event_id}"
        by_kind = one + "/{rel_type}"
        by_type = by_kind + "/{event_type}"
        return [
            Route("GET", one, self.getRelatingEvents),
            Route("GET", by_kind, self.getRelatingEventsWithRelType),
            Route("GET", by_type, self.getRelatingEventsWithRelTypeAndEventType),
            Route("GET", V1_ROOM + "/threads", self.getThreadRoots),
        ]

    async def getRelatingEvents(self, request: Request) -> bytes:
        return await self._related(request)

    async def getRelatingEventsWithRelType(self, request: Request) -> bytes:
        return await self._related(request)

    async def getRelatingEventsWithRelTypeAndEventType(self, request: Request) -> bytes:
        return await self._related(request)

    async def _related(self, request: Request) -> bytes:
        wanted = Wanted(
            room_id=request["room_id"],
            parent_id=request["event_id"],
            rel_type=request.params.get("rel_type"),
            type=request.params.get("event_type"),
            recurse=request.query_bool("recurse"),
        )
        asked = Asked(
            wanted,
            forward=one_of(request, "dir", "b", "f") == "f",
            start=place(request, "from"),
            stop=place(request, "to"),
            limit=limit(request, DEFAULT_LIMIT, least=1),
        )
        return await self._read(request, _related, asked)

    async def getThreadRoots(self, request: Request) -> bytes:
        return await self._read(
            request,
            _threads,
            request["room_id"],
            place(request, "from"),
            limit(request, DEFAULT_LIMIT, least=1),
            participated=one_of(request, "include", "all", "participated") == "participated",
        )


def _related(tx: ReadTx, reader: Reader, now_ms: int, asked: Asked) -> bytes:
    wanted = asked.wanted
    parent = stored.by_id(tx, wanted.room_id, wanted.parent_id)
    if parent is None:
        raise not_found("There is no such event")
    seen = sight(tx, reader.user_id, wanted.room_id)
    if not seen.sees(parent.pos):
        raise not_found("There is no such event")
    first, last = (history.START, NOW) if asked.forward else (NOW, history.START)
    stretch = Stretch(
        first if asked.start is None else asked.start,
        last if asked.stop is None else asked.stop,
        asked.forward,
    )
    fetch = related(tx, wanted, stretch)
    page = history.page(fetch, seen, stretch, asked.limit, ignored=reader.ignored)
    parts = [b'"chunk":[%b]' % b",".join(render(tx, reader, page.events, now_ms))]
    if page.next_place is not None:
        parts.append(_token(b"next_batch", page.next_place))
    if asked.start is not None:
        parts.append(_token(b"prev_batch", asked.start))
    if wanted.recurse:
        parts.append(b'"recursion_depth":%d' % RECURSION_DEPTH)
    return b"{%b}" % b",".join(parts)


def _threads(
    tx: ReadTx,
    reader: Reader,
    now_ms: int,
    room_id: str,
    start: int | None,
    most: int,
    *,
    participated: bool,
) -> bytes:
    access_room(tx, reader.user_id, room_id)
    view = Viewpoint(tx, reader, room_id, history.START)
    upto = NOW if start is None else start
    found = threads(view, upto, most + 1, participated=participated)
    seen = [root for _, root in found[:most] if view.sees(root.pos)]
    roots = [emptied(root) if history.is_said_by(root, reader.ignored) else root for root in seen]
    parts = [b'"chunk":[%b]' % b",".join(render(tx, reader, roots, now_ms))]
    if len(found) > most:
        parts.append(_token(b"next_batch", found[most][0]))
    return b"{%b}" % b",".join(parts)


def _token(name: bytes, at: int) -> bytes:
    return b'"%b":"%b"' % (name, str(PageToken(at)).encode())
