"""GET /keys/changes: the `device_lists` of a sync, for a client that was away."""

from __future__ import annotations

from collections.abc import Sequence

from teahouse.homeserver.rooms.state import state_changes
from teahouse.homeserver.sync.device_lists import device_lists
from teahouse.homeserver.sync.own_rooms import own_rooms
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.http import Access, Request, Route
from teahouse.kit.log import LogWriter
from teahouse.kit.paging import SyncToken


class KeysChangesApi:
    def __init__(self, database: Database, log: LogWriter) -> None:
        self._database = database
        self._log = log

    def routes(self) -> Sequence[Route]:
        path = "/_matrix/client/v3/keys/changes"
        return [Route("GET", path, self.getKeysChanges, Access.GUEST)]

    async def getKeysChanges(self, request: Request) -> dict[str, list[str]]:
        after = SyncToken.parse(request.required_query("from")).pos
        upto = min(SyncToken.parse(request.required_query("to")).pos, self._log.head)
        if not self._log.knows(after):
            # From a log that is gone: everyone is news.
            after = 0
        return await self._database.read(_changes, request.user_id, after, upto)


def _changes(tx: ReadTx, user_id: str, after: int, upto: int) -> dict[str, list[str]]:
    own = own_rooms(tx, user_id, after, upto, include_left=False)
    changed_rooms = state_changes.rooms_with_events(tx, own.joined, after, upto)
    return {"changed": [], "left": []} | device_lists(tx, user_id, after, upto, own, changed_rooms)
