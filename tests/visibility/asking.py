"""One person asks a server by every operation that reads rooms."""

from __future__ import annotations

from tests.visibility.history import History
from tests.visibility.rooms import Rooms
from tests.visibility.syncs import Syncs


class Asking(History, Rooms, Syncs):
    async def everything(self) -> None:
        for part in (
            self.each_event,
            self.each_event_alone,
            self.history_forward,
            self.history_backward,
            self.history_filtered,
            self.context,
            self.state,
            self.members,
            self.joined_members,
            self.relations,
            self.threads,
            self.search,
            self.by_timestamp,
            self.summary,
            self.hierarchy,
            self.mutual_rooms,
            self.aliases,
            self.sync,
            self.sync_limited,
            self.sliding,
            self.notifications,
            self.first_syncs,
            self.presence,
            self.profiles,
            self.directory,
            self.keys,
        ):
            await part()
