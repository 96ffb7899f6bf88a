"""What a client knows that applies answers of sliding sync, in the way MSC4186 says to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.sync_laws import (
    MEMBER,
    SeenRoom,
    apply_ephemeral,
    saying_more,
    state_differences,
    told,
)

TOLD = ("name", "avatar", "is_dm", "heroes", "joined_count", "invited_count", "bump_stamp")


@dataclass
class SlidingRoom(SeenRoom):
    told: dict[str, Any] = field(default_factory=dict)


@dataclass
class SlidingSeen:
    user_id: str
    lazy: bool = False
    inside: dict[str, SlidingRoom] = field(default_factory=dict)
    outside: set[str] = field(default_factory=set)
    account_data: dict[str, Any] = field(default_factory=dict)
    to_device: list[Any] = field(default_factory=list)

    def apply(self, answer: dict[str, Any]) -> None:
        for room_id, room in answer["rooms"].items():
            if "invite_state" in room or "stripped_state" in room:
                self._apply_outside(room_id, room)
                continue
            self.outside.discard(room_id)
            if room.get("initial"):
                self.inside[room_id] = SlidingRoom()
            self._apply_inside(self.inside[room_id], room)
        self._apply_extensions(answer["extensions"])
        for room_id, seen in list(self.inside.items()):
            if seen.told.get("membership") not in (None, "join"):
                del self.inside[room_id]

    def _apply_outside(self, room_id: str, room: dict[str, Any]) -> None:
        own = room["invite_state" if "invite_state" in room else "stripped_state"][-1]
        self.inside.pop(room_id, None)
        self.outside.discard(room_id)
        if own["content"]["membership"] in ("invite", "knock"):
            self.outside.add(room_id)

    def _apply_inside(self, seen: SlidingRoom, room: dict[str, Any]) -> None:
        if room.get("limited") or room.get("expanded_timeline"):
            seen.timeline.clear()
            seen.senders.clear()
            if self.lazy:
                seen.state = {key: v for key, v in seen.state.items() if key[0] != MEMBER}
        if room.get("unstable_expanded_timeline"):
            seen.timeline.clear()
        for event in room.get("timeline", []):
            seen.timeline.append(event["event_id"])
            seen.senders.add(event["sender"])
        for event in room["required_state"]:
            seen.state[event["type"], event["state_key"]] = told(event)
            if event["type"] == MEMBER and event["state_key"] == self.user_id:
                seen.told["membership"] = event["content"]["membership"]
        seen.told |= {key: room[key] for key in TOLD if key in room}
        if "membership" in room:
            seen.told["membership"] = room["membership"]
        if "notification_count" in room:
            seen.unread = room["notification_count"], room["highlight_count"]

    def _apply_extensions(self, extensions: dict[str, Any]) -> None:
        account_data = extensions.get("account_data", {"global": [], "rooms": {}})
        for event in account_data["global"]:
            self.account_data[event["type"]] = event["content"]
        for room_id, events in account_data["rooms"].items():
            for event in events:
                self.inside[room_id].account_data[event["type"]] = event["content"]
        for name in ("receipts", "typing"):
            for room_id, event in extensions.get(name, {"rooms": {}})["rooms"].items():
                apply_ephemeral(self.inside[room_id], event)
        self.to_device += extensions.get("to_device", {}).get("events", [])


def sliding_differences(seen: SlidingSeen, fresh: SlidingSeen) -> list[str]:
    """What a client that followed knows otherwise than one that has just begun."""
    found = [
        f"{name}: {ours!r} instead of {theirs!r}"
        for name, ours, theirs in (
            ("inside", set(seen.inside), set(fresh.inside)),
            ("outside", seen.outside, fresh.outside),
            ("account data", seen.account_data, fresh.account_data),
        )
        if ours != theirs
    ]
    for room_id in seen.inside.keys() & fresh.inside.keys():
        ours, theirs = seen.inside[room_id], fresh.inside[room_id]
        found += [f"{room_id} {difference}" for difference in _of_room(ours, theirs, seen.lazy)]
    return found


def _of_room(seen: SlidingRoom, fresh: SlidingRoom, lazy: bool) -> list[str]:
    found = [
        f"{name}: {ours!r} instead of {theirs!r}"
        for name, ours, theirs in (
            ("receipts", saying_more(seen.receipts), saying_more(fresh.receipts)),
            ("typing", seen.typing, fresh.typing),
            ("account data", seen.account_data, fresh.account_data),
            ("unread", seen.unread, fresh.unread),
            ("what is told", _told(seen), _told(fresh)),
        )
        if ours != theirs
    ]
    found += state_differences(seen, fresh, lazy)
    shorter = min(len(seen.timeline), len(fresh.timeline))
    if seen.timeline[-shorter:] != fresh.timeline[-shorter:]:
        found.append(f"timeline: {seen.timeline[-shorter:]} instead of {fresh.timeline[-shorter:]}")
    if len(set(seen.timeline)) != len(seen.timeline):
        found.append(f"timeline: an event came twice: {seen.timeline}")
    return found


def _told(room: SlidingRoom) -> dict[str, Any]:
    """Absent and taken away are the same; heroes are for rooms without a name."""
    told = {key: value for key, value in room.told.items() if value not in (None, False)}
    if "name" in told:
        told.pop("heroes", None)
    return told
