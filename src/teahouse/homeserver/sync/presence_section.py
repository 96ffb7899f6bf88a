"""The presence of people whom the reader shares a room with, from memory alone."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from operator import attrgetter

import orjson

from teahouse.homeserver.presence.book import PresenceBook
from teahouse.homeserver.presence.service import Presences
from teahouse.homeserver.sync.asked import Asked
from teahouse.homeserver.sync.user_view import UserView
from teahouse.homeserver.sync.views import Views

MAX_EVENTS = 500
"""The newest, in one answer."""

NOBODY: Mapping[str, int] = {}

FEW = 50
"""Changes that are looked at one by one."""


class PresenceSection:
    def __init__(self, book: PresenceBook, presences: Presences, views: Views) -> None:
        self._book = book
        self._presences = presences
        self._views = views

    def read(
        self, asked: Asked, view: UserView, upto: int, met: Mapping[str, int] = NOBODY
    ) -> bytes:
        """As a JSON member after others; empty when there is no news.

        Who has just come into a room is told of everyone, and everyone of those whom they have
        `met`, also where nothing was ever heard of them.
        """
        after = 0 if view.joined_since(asked.after) else asked.after
        wanted = asked.filter.presence
        if wanted.passes_none or (self._book.last_pos <= after and not met):
            return b""
        changed = self._changed(view, after, upto)
        people = (
            user_id
            for user_id in dict.fromkeys([*changed, *met])
            if not self._is_ignored(view, user_id) and wanted.matches("m.presence", user_id)
        )
        shown = islice(people, wanted.limit or MAX_EVENTS)
        events = [self._event(user_id, met.get(user_id)) for user_id in shown]
        return b',"presence":{"events":[%b]}' % b",".join(events) if events else b""

    def _changed(self, view: UserView, after: int, upto: int) -> list[str]:
        """The person and their acquaintances, the newest change first. Where very many have
        changed, as when all come back at once, it is fewer to look at whom they know.
        """
        changes = self._book.changed(after, upto)
        newest = [change.user_id for change in islice(changes, FEW + 1)]
        if len(newest) <= FEW:
            return [user_id for user_id in newest if self._is_for(view, user_id)]
        known = map(self._book.of, self._views.acquaintances(view) | {view.user_id})
        found = [change for change in known if change and after < change.pos <= upto]
        found.sort(key=attrgetter("pos"), reverse=True)
        return [change.user_id for change in found]

    def _is_for(self, view: UserView, user_id: str) -> bool:
        return user_id == view.user_id or self._views.are_acquainted(view, user_id)

    def _is_ignored(self, view: UserView, user_id: str) -> bool:
        return user_id != view.user_id and user_id in (view.ignored or ())

    def _event(self, user_id: str, active_ms: int | None) -> bytes:
        content = self._presences.shown(user_id, active_ms)
        return orjson.dumps({"type": "m.presence", "sender": user_id, "content": content})
