"""What one sync asks for."""

from __future__ import annotations

from dataclasses import dataclass

from teahouse.kit.paging import SyncToken
from teahouse.protocol.filters import SyncFilter

DEFAULT_TIMELINE = 10
MAX_TIMELINE = 100


@dataclass(frozen=True, slots=True)
class Asked:
    user_id: str
    device_id: str
    since: SyncToken | None
    filter: SyncFilter
    full_state: bool
    state_after: bool

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
        return DEFAULT_TIMELINE if limit is None else min(limit, MAX_TIMELINE)

    @property
    def lazy(self) -> bool:
        return self.filter.room.state.lazy_load_members
