"""Presence as events of the older form, whose content names its person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice
from typing import Any

from teahouse.homeserver.presence.book import PresenceBook
from teahouse.homeserver.presence.service import Presences
from teahouse.homeserver.sync.views import Views

MAX_EVENTS = 500
FEW = 50


@dataclass(frozen=True, slots=True)
class Seen:
    presences: Presences
    book: PresenceBook

    def event(self, user_id: str) -> dict[str, Any]:
        content = {**self.presences.shown(user_id), "user_id": user_id}
        return {"type": "m.presence", "sender": user_id, "content": content}

    def of_members(self, user_ids: Collection[str]) -> list[dict[str, Any]]:
        """Those of whom something is known; of a few, all."""
        events = map(self.event, user_ids)
        known = (
            event
            for event in events
            if len(user_ids) <= FEW
            or event["content"]["presence"] != "offline"
            or self.book.of(event["sender"])
        )
        return list(islice(known, MAX_EVENTS))

    def in_room(self, views: Views, room_id: str, after: int, upto: int) -> list[dict[str, Any]]:
        """What has changed of people in the room, as far as is known in memory."""
        changed = (
            change.user_id
            for change in self.book.changed(after, upto)
            if room_id in views.rooms_of(change.user_id)
        )
        return [self.event(user_id) for user_id in islice(changed, MAX_EVENTS)]
