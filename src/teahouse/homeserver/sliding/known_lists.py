"""Memberships of people who ask often: a message in one room need not have all of them read anew.

Owned by the event loop, as are the views, which tell what has come since. What was read stays
right until the person's membership of a room changes.
"""

from __future__ import annotations

from collections import OrderedDict

from teahouse.homeserver.sliding.own_list import OwnMemberships
from teahouse.homeserver.sync.user_view import FORGOTTEN, MEMBERSHIP, UserView

MAX_ROOMS = 100_000
"""Of all people together; who asked longest ago is forgotten."""


class KnownLists:
    def __init__(self) -> None:
        self._known: OrderedDict[str, OwnMemberships] = OrderedDict()
        self._rooms = 0

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
        self._rooms += len(known.spans) - (0 if before is None else len(before.spans))
        self._known[user_id] = known
        self._known.move_to_end(user_id)
        while self._rooms > MAX_ROOMS:
            _, forgotten = self._known.popitem(last=False)
            self._rooms -= len(forgotten.spans)
