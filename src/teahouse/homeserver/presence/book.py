"""What is known of everyone's presence, in memory, by the log's commits."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from teahouse.homeserver.presence.published import PresenceChanged
from teahouse.kit.bus import Committed

MAX_KNOWN = 50_000


class PresenceBook:
    def __init__(self) -> None:
        self._newest: OrderedDict[str, PresenceChanged] = OrderedDict()
        self.last_pos = 0
        """Of the newest change."""

    def follow(self, committed: Committed) -> None:
        for item in committed.items:
            if type(item) is PresenceChanged:
                self._newest[item.user_id] = item
                self._newest.move_to_end(item.user_id)
                self.last_pos = item.pos
                if len(self._newest) > MAX_KNOWN:
                    self._newest.popitem(last=False)

    def of(self, user_id: str) -> PresenceChanged | None:
        return self._newest.get(user_id)

    def changed(self, after: int, upto: int) -> Iterator[PresenceChanged]:
        """The newest change of each person, newest first."""
        for change in reversed(self._newest.values()):
            if change.pos <= after:
                return
            if change.pos <= upto:
                yield change
