"""A second, naive reading of the rules of who may see what of a room.

It is written from the specification's words and nothing else, walks through all events for every
question, and shares no code with the server.
Source: client-server API, "Room history visibility", "Leaving rooms", "Event relationships"
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

MEMBER = "m.room.member"
VISIBILITY = "m.room.history_visibility"
KNOWN = ("world_readable", "shared", "invited", "joined")

Event = dict[str, Any]
State = dict[tuple[str, str], Event]


@dataclass
class Oracle:
    """`events`: all that happened in one room, oldest first, as they stand now.

    `forgotten`: people who have forgotten the room since they were last in it, invited or knocking.
    """

    room_id: str
    events: list[Event]
    forgotten: set[str] = field(default_factory=set)
    ignored: dict[str, set[str]] = field(default_factory=dict)
    """Whom a person ignores."""

    # the room at a moment

    def state(self, count: int) -> State:
        """After the first `count` events."""
        found: State = {}
        for event in self.events[:count]:
            if "state_key" in event:
                found[event["type"], event["state_key"]] = event
        return found

    def membership(self, user_id: str, count: int) -> str:
        event = self.state(count).get((MEMBER, user_id))
        return str(event["content"]["membership"]) if event else "leave"

    def visibility(self, count: int) -> str:
        event = self.state(count).get((VISIBILITY, ""))
        value = event["content"].get("history_visibility") if event else None
        return value if value in KNOWN else "shared"

    @property
    def now(self) -> int:
        return len(self.events)

    # one event

    def may_see(self, user_id: str, index: int) -> bool:
        event = self.events[index]
        visibilities = {self.visibility(index)}
        memberships = {self.membership(user_id, index)}
        if event["type"] == VISIBILITY and event.get("state_key") == "":
            visibilities.add(self.visibility(index + 1))
        if event["type"] == MEMBER and event.get("state_key") == user_id:
            memberships.add(self.membership(user_id, index + 1))
        joins_later = any(
            self.membership(user_id, later + 1) == "join"
            for later in range(index + 1, self.now)
            if self.events[later]["type"] == MEMBER
            and self.events[later].get("state_key") == user_id
        )
        if user_id in self.forgotten:
            return "world_readable" in visibilities
        return any(
            self._allows(visibility, membership, joins_later)
            for visibility in visibilities
            for membership in memberships
        )

    def _allows(self, visibility: str, membership: str, joins_later: bool) -> bool:
        if visibility == "world_readable":
            return True
        if membership == "join":
            return True
        if visibility == "shared" and joins_later:
            return True
        return visibility == "invited" and membership == "invite"

    def visible(self, user_id: str) -> list[Event]:
        return [event for at, event in enumerate(self.events) if self.may_see(user_id, at)]

    # the room as a whole

    def end(self, user_id: str) -> int | None:
        """How many events the room has for them: all, or those until they went; None is none."""
        if self.membership(user_id, self.now) == "join":
            return self.now
        went = self.went(user_id)
        if went and user_id not in self.forgotten:
            return went
        return self.now if self.visibility(self.now) == "world_readable" else None

    def went(self, user_id: str) -> int:
        """How many events the room had when they last went, which is one of them; 0 is never."""
        joined = [at for at in range(self.now + 1) if self.membership(user_id, at) == "join"]
        return joined[-1] + 1 if joined else 0

    def readable(self, user_id: str) -> list[Event]:
        """What a page of history shows them, were it long enough."""
        end = self.end(user_id)
        if end is None:
            return []
        until = {event["event_id"] for event in self.events[:end]}
        return [
            event
            for event in self.visible(user_id)
            if event["event_id"] in until and not self.is_unwanted(user_id, event)
        ]

    def is_unwanted(self, user_id: str, event: Event) -> bool:
        return "state_key" not in event and event["sender"] in self.ignored.get(user_id, ())

    def shown_state(self, user_id: str) -> State | None:
        end = self.end(user_id)
        return None if end is None else self.state(end)

    def joined(self) -> set[str]:
        return {
            key
            for (kind, key), event in self.state(self.now).items()
            if kind == MEMBER and event["content"]["membership"] == "join"
        }

    # relations

    def related(self, user_id: str, event_id: str, rel_type: str | None = None) -> list[Event]:
        """Those that relate to it and that they may see; redaction takes relations away."""
        return [
            event
            for event in self.visible(user_id)
            if _relation(event).get("event_id") == event_id
            and rel_type in (None, _relation(event).get("rel_type"))
            and not self.is_unwanted(user_id, event)
        ]

    def threads(self, user_id: str) -> Iterator[Event]:
        """Roots that they see, with something in the thread that they see."""
        for event in self.visible(user_id):
            if self.related(user_id, event["event_id"], "m.thread"):
                yield event

    # coming in

    def may_look_at(self, user_id: str, joined_rooms: set[str]) -> bool:
        """Whether they are told what the room is like."""
        membership = self.membership(user_id, self.now)
        if membership in ("join", "invite") or self.visibility(self.now) == "world_readable":
            return True
        if membership == "ban":
            return False
        return self._is_open_to(joined_rooms) or self._join_rule() in ("knock", "knock_restricted")

    def may_join(self, user_id: str, joined_rooms: set[str]) -> bool:
        membership = self.membership(user_id, self.now)
        if membership in ("join", "invite"):
            return True
        return membership != "ban" and self._is_open_to(joined_rooms)

    @property
    def is_public(self) -> bool:
        return self._join_rule() == "public"

    def _is_open_to(self, joined_rooms: set[str]) -> bool:
        if self.is_public:
            return True
        rule = self._join_rule()
        allowed = {entry["room_id"] for entry in self._join_rules().get("allow", [])}
        return rule in ("restricted", "knock_restricted") and bool(allowed & joined_rooms)

    def _join_rule(self) -> str:
        return str(self._join_rules().get("join_rule", "invite"))

    def _join_rules(self) -> dict[str, Any]:
        event = self.state(self.now).get(("m.room.join_rules", ""))
        return event["content"] if event else {}


def _relation(event: Event) -> dict[str, Any]:
    found: dict[str, Any] = event["content"].get("m.relates_to", {})
    return found
