"""Memberships of people who ask often: a message in one room need not have all of them read anew.

Owned by the event loop, as are the views, which tell what has come since. What was read stays
right until the person's membership of a room changes.
"""

from __future__ import annotations

from collections import OrderedDict

from teahouse.homeserver.sliding.own_list import OwnMemberships
from teahouse.homeserver.sync.user_view import FORGOTTEN, MEMBERSHIP, UserView

MAX_BYTES = 64 << 20
"""Of all people together, about; who asked longest ago is forgotten."""
PERSON_BYTES = 1_000
ROOM_BYTES = 500
"""Besides what an invitation shows of the room, which may be a hundred times as much."""


class KnownLists:
    def __init__(self) -> None:
        self._known: OrderedDict[str, OwnMemberships] = OrderedDict()
        self._sizes: dict[str, int] = {}
        self._bytes = 0

    def get(self, view: UserView, head: int) -> OwnMemberships | None:
        """As of the log's head, if that is known without asking the database."""
        known = self._known.get(view.user_id)
        if known is None or view.known_from > known.upto:
            return None
        if any(view.touched.get(kind, 0) > known.upto for kind in (MEMBERSHIP, FORGOTTEN)):
            return None
        newest = dict(known.newest)
        for room_id, room in view.rooms.items():
            if room.known_from > known.upto:
                return None
            if room.event_pos > known.upto:
                newest[room_id] = room.event_pos
        return OwnMemberships(head, known.spans, known.forgotten, newest)

    def put(self, user_id: str, known: OwnMemberships) -> None:
        before = self._known.get(user_id)
        if before is not None and before.upto > known.upto:
            return
        size_bytes = _size_bytes(known)
        self._bytes += size_bytes - self._sizes.get(user_id, 0)
        self._known[user_id], self._sizes[user_id] = known, size_bytes
        self._known.move_to_end(user_id)
        while self._bytes > MAX_BYTES:
            forgotten, _ = self._known.popitem(last=False)
            self._bytes -= self._sizes.pop(forgotten)


def _size_bytes(known: OwnMemberships) -> int:
    shown = sum(len(span.stripped_state) for span in known.spans if span.stripped_state)
    return PERSON_BYTES + len(known.spans) * ROOM_BYTES + shown
