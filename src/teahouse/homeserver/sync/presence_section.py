"""The presence of people whom the reader shares a room with, from memory alone."""

from __future__ import annotations

from itertools import islice

import orjson

from teahouse.homeserver.presence.book import PresenceBook
from teahouse.homeserver.presence.service import Presences
from teahouse.homeserver.sync.asked import Asked
from teahouse.homeserver.sync.user_view import UserView
from teahouse.homeserver.sync.views import Views

MAX_EVENTS = 500
"""The newest, in one answer."""


class PresenceSection:
    def __init__(self, book: PresenceBook, presences: Presences, views: Views) -> None:
        self._book = book
        self._presences = presences
        self._views = views

    def read(self, asked: Asked, view: UserView, upto: int) -> bytes:
        """As a JSON member after others; empty when there is no news.

        Who has just come into a room is told of everyone.
        """
        after = 0 if view.joined_since(asked.after) else asked.after
        wanted = asked.filter.presence
        if self._book.last_pos <= after or wanted.passes_none:
            return b""
        people = (
            change.user_id
            for change in self._book.changed(after, upto)
            if self._is_for(view, change.user_id) and wanted.matches("m.presence", change.user_id)
        )
        events = [self._event(user_id) for user_id in islice(people, wanted.limit or MAX_EVENTS)]
        return b',"presence":{"events":[%b]}' % b",".join(events) if events else b""

    def _is_for(self, view: UserView, user_id: str) -> bool:
        if user_id == view.user_id:
            return True
        return user_id not in (view.ignored or ()) and self._views.are_acquainted(view, user_id)

    def _event(self, user_id: str) -> bytes:
        content = self._presences.shown(user_id)
        return orjson.dumps({"type": "m.presence", "sender": user_id, "content": content})
