"""The search operation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from teahouse.homeserver.rooms.visibility.reading import Reading
from teahouse.homeserver.rooms.visibility.viewpoint import Reader
from teahouse.homeserver.search import answer
from teahouse.homeserver.search.indexing import Indexing
from teahouse.homeserver.search.query import BatchToken, RoomEvents, Search
from teahouse.kit.database import ReadTx
from teahouse.kit.http import Request, Route
from teahouse.kit.log import LogWriter


class SearchApi:
    def __init__(self, log: LogWriter, reading: Reading, indexing: Indexing) -> None:
        self._log = log
        self._read = reading.read
        self._indexing = indexing

    def routes(self) -> Sequence[Route]:
        return [Route("POST", "/_matrix/client/v3/search", self.search, limit="search")]

    async def search(self, request: Request) -> bytes:
        asked = (await request.json(Search)).search_categories.room_events
        token = request.query("next_batch")
        start = BatchToken.parse(token) if token else None
        if asked is None:
            return b'{"search_categories":{}}'
        await self._indexing.catch_up()
        if start is None:
            start = BatchToken(self._log.head + 1)
        return await self._read(request, _search, asked, start)


def _search(tx: ReadTx, reader: Reader, now_ms: int, asked: RoomEvents, start: BatchToken) -> bytes:
    found: dict[str, Any] = answer.search(tx, reader, now_ms, asked, start)
    return orjson.dumps({"search_categories": {"room_events": found}})
