"""What one sync asks for."""

from __future__ import annotations

from dataclasses import dataclass

from teahouse.homeserver.presence.published import State
from teahouse.homeserver.sync.room_view import MAX_RECENT
from teahouse.kit.paging import SyncToken
from teahouse.protocol.filters import SyncFilter

DEFAULT_TIMELINE = 10
"""Events of a room, for a client that has nothing of it and does not say how many it wants."""
MAX_TIMELINE = 100
"""New events of a room; and of a first sync, when the client asks for so many."""


@dataclass(frozen=True, slots=True)
class Asked:
    user_id: str
    device_id: str
    since: SyncToken | None
    filter: SyncFilter
    full_state: bool
    state_after: bool
    presence: State = "online"
    """What the client says of its user."""

    @property
    def after(self) -> int:
        """The position that the client has; 0 for one that has nothing."""
        return 0 if self.since is None else self.since.pos

    @property
    def is_initial(self) -> bool:
        return self.since is None

    @property
    def timeline_limit(self) -> int:
        limit = self.filter.room.timeline.limit
        if limit is None:
            return DEFAULT_TIMELINE if self.is_initial else MAX_TIMELINE
        return min(limit, MAX_TIMELINE)

    @property
    def recent_limit(self) -> int:
        """Of what is in the readers' memory anyway: all, unless the client says how much."""
        return MAX_RECENT if self.filter.room.timeline.limit is None else self.timeline_limit

    @property
    def lazy(self) -> bool:
        return self.filter.room.state.lazy_load_members
