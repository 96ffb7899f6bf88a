"""A second, naive reading of the rules of who is told what of other people.

Source: client-server API, "Receipts", "Typing Notifications", "Presence", "Tracking the device list
for a user", "User Directory"; MSC4102 for two receipts of one event
"""

from __future__ import annotations

import time
from collections.abc import Collection
from copy import copy
from dataclasses import dataclass, field

from tests.visibility.doings import NAME, TYPING_MS, Doings, Receipt
from tests.visibility.oracle import MEMBER, Oracle

Read = dict[str, dict[str, dict[str, str | None]]]
"""Thread by event, type and user."""


@dataclass
class Then:
    """A moment: how many events each room had, and what had been done."""

    counts: list[int]
    receipts: int
    device_changes: int
    statuses: dict[str, str]


@dataclass
class Company:
    """All the rooms that people share, in the first of which they read and type."""

    rooms: list[Oracle]
    doings: Doings
    everybody: Collection[str]
    ignored: dict[str, set[str]] = field(default_factory=dict)

    @property
    def room(self) -> Oracle:
        return self.rooms[0]

    @property
    def now(self) -> Then:
        done = self.doings
        counts = [room.now for room in self.rooms]
        return Then(counts, len(done.receipts), len(done.device_changes), copy(done.statuses))

    # who shares a room

    def sharing(self, user_id: str, then: Then) -> set[str]:
        """With others; with themselves everybody does."""
        found: set[str] = set()
        for room, count in zip(self.rooms, then.counts, strict=True):
            found |= self._together(user_id, room, count)
        return found

    def shared_since(self, user_id: str, then: Then) -> set[str]:
        """At any time from then on."""
        found: set[str] = set()
        for room, first in zip(self.rooms, then.counts, strict=True):
            for count in range(first, room.now + 1):
                found |= self._together(user_id, room, count)
        return found

    def _together(self, user_id: str, room: Oracle, count: int) -> set[str]:
        there = {one for one in self.everybody if room.membership(one, count) == "join"}
        return there - {user_id} if user_id in there else set()

    # reading and typing

    def newest(self, then: Then) -> set[Receipt]:
        """None moves back; one of a thread says no more than one of all for the same event."""
        place = {event["event_id"]: at for at, event in enumerate(self.room.events)}
        newest: dict[tuple[str, str, str | None], Receipt] = {}
        for one in self.doings.receipts[: then.receipts]:
            key = (one.user_id, one.type, one.thread_id)
            was, of_all = newest.get(key), newest.get((one.user_id, one.type, None))
            moves_on = was is None or place[was.event_id] < place[one.event_id]
            if moves_on and (of_all is None or of_all.event_id != one.event_id):
                newest[key] = one
        return set(newest.values())

    def read(self, user_id: str, then: Then) -> Read:
        """What a member is shown; of several for one event that which says most."""
        told: Read = {}
        for one in sorted(self.newest(then), key=_says):
            if one.type == "m.read" or one.user_id == user_id:
                by_user = told.setdefault(one.event_id, {}).setdefault(one.type, {})
                by_user[one.user_id] = one.thread_id
        return told

    def typing(self) -> tuple[set[str], set[str]]:
        """Who surely does, and who may."""
        those = {one for one, since in self.doings.typing.items() if self._stayed(one, since)}
        recently = time.time() * 1000 - TYPING_MS / 2
        return {one for one in those if self.doings.typing[one] > recently}, those

    def _stayed(self, user_id: str, since_ms: float) -> bool:
        return all(
            event["content"]["membership"] == "join"
            for event in self.room.events
            if (event["type"], event.get("state_key")) == (MEMBER, user_id)
            and event["origin_server_ts"] >= int(since_ms)
        )

    # finding people

    def found(self, user_id: str) -> set[str]:
        """By the word that stands in all names."""
        named = {one for one in self.everybody if NAME in self.doings.names.get(one, "")}
        return {one for one in named if self._may_find(user_id, one)}

    def _may_find(self, user_id: str, other: str) -> bool:
        if other in self.sharing(user_id, self.now):
            return True
        return any(
            room.membership(other, room.now) == "join"
            and (room.is_public or room.visibility(room.now) == "world_readable")
            for room in self.rooms
        )


def _says(receipt: Receipt) -> int:
    return 2 if receipt.thread_id is None else receipt.thread_id == "main"
