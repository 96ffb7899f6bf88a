"""A second, naive way to count what is unread: every member's rules are asked about every event.

It shares only the evaluation of one set of rules with the server, which has its own naive twin.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from teahouse.protocol.power_levels import PowerLevels
from teahouse.protocol.push_rules import Rules, evaluate
from teahouse.protocol.room_versions import ROOM_VERSIONS

MAIN = ""


@dataclass
class Happened:
    pos: int
    event_id: str
    thread: str
    sender: str
    type: str
    told: dict[str, tuple[bool, bool]]
    """(notify, highlight) for each member who was told."""


@dataclass
class NaiveRoom:
    room_id: str
    events: list[Happened] = field(default_factory=list)
    names: dict[str, str | None] = field(default_factory=dict)
    """Of joined members."""
    joined_pos: dict[str, int] = field(default_factory=dict)
    receipts: dict[str, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    """By person: (thread_id as in the receipt, position of its event)."""
    power_events: dict[str, dict[str, Any]] = field(default_factory=dict)

    def power_levels(self) -> PowerLevels:
        created, levels = (
            self.power_events["m.room.create"],
            self.power_events.get("m.room.power_levels"),
        )
        return PowerLevels(
            ROOM_VERSIONS[created["content"]["room_version"]],
            levels and levels["content"],
            create_content=created["content"],
            create_sender=created["sender"],
        )


class NaiveUnread:
    def __init__(self) -> None:
        self.rooms: dict[str, NaiveRoom] = {}
        self.rules: dict[str, Rules] = {}
        self.ignored: dict[str, set[str]] = defaultdict(set)

    def happened(self, event: dict[str, Any], pos: int) -> None:
        """`event` in the format for clients, in order."""
        room = self.rooms.setdefault(event["room_id"], NaiveRoom(event["room_id"]))
        if event["type"] == "m.room.member":
            self._member(room, event, pos)
        if event["type"] in ("m.room.create", "m.room.power_levels"):
            room.power_events[event["type"]] = event
        if event["type"] == "m.room.redaction":
            self._taken_back(room, event.get("redacts") or event["content"].get("redacts"))
        told = {
            user_id: self._told(room, event, user_id)
            for user_id in room.names
            if user_id != event["sender"]
        }
        happened = Happened(
            pos, event["event_id"], _thread(event), event["sender"], event["type"], told
        )
        room.events.append(happened)

    def _taken_back(self, room: NaiveRoom, event_id: str) -> None:
        for happened in room.events:
            if happened.event_id == event_id:
                happened.told = {}

    def _member(self, room: NaiveRoom, event: dict[str, Any], pos: int) -> None:
        user_id, content = event["state_key"], event["content"]
        if content["membership"] != "join":
            room.names.pop(user_id, None)
            return
        if user_id not in room.names:
            room.joined_pos[user_id] = pos
        room.names[user_id] = content.get("displayname")

    def _told(self, room: NaiveRoom, event: dict[str, Any], user_id: str) -> tuple[bool, bool]:
        if "state_key" not in event and event["sender"] in self.ignored[user_id]:
            return False, False
        actions = evaluate(
            self.rules.get(user_id, Rules(user_id)),
            event,
            user_id=user_id,
            display_name=room.names[user_id],
            member_count=len(room.names),
            power_levels=room.power_levels(),
        )
        return actions.notify, actions.highlight

    def counts(self, user_id: str, room_id: str) -> dict[str, tuple[int, int]]:
        """(notifications, highlights) of each timeline; those with neither are left out."""
        room = self.rooms[room_id]
        counts: dict[str, tuple[int, int]] = {}
        if user_id not in room.names:
            return counts
        for event in room.events:
            if self._has_read(room, user_id, event):
                continue
            notify, highlight = event.told.get(user_id, (False, False))
            before = counts.get(event.thread, (0, 0))
            counts[event.thread] = (before[0] + notify, before[1] + highlight)
        return {thread: count for thread, count in counts.items() if any(count)}

    def _has_read(self, room: NaiveRoom, user_id: str, event: Happened) -> bool:
        if event.pos <= room.joined_pos[user_id]:
            return True
        as_in_receipt = event.thread or "main"
        for thread_id, pos in room.receipts[user_id]:
            if thread_id in ("", as_in_receipt) and event.pos <= pos:
                return True
        return any(
            own.sender == user_id
            and own.thread == event.thread
            and own.type != "m.room.member"
            and event.pos <= own.pos
            for own in room.events
        )


def _thread(event: dict[str, Any]) -> str:
    relates_to = event["content"].get("m.relates_to", {})
    if "state_key" not in event and relates_to.get("rel_type") == "m.thread":
        thread: str = relates_to["event_id"]
        return thread
    return MAIN
