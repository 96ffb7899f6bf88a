"""The laws of sync: an old state with a delta applied is the fresh state.

`Seen` is what a client knows after applying answers, the way the specification says to apply them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

StateKey = tuple[str, str]
ReceiptKey = tuple[str, str, str]
"""Type, user, and the thread or ""."""
Told = tuple[str, str, Any]
"""Event id, sender, content."""
MEMBER = "m.room.member"


@dataclass
class SeenRoom:
    state: dict[StateKey, Told] = field(default_factory=dict)
    members: set[str] = field(default_factory=set)
    timeline: list[str] = field(default_factory=list)
    contents: dict[str, Any] = field(default_factory=dict)
    """Of what stands in the timeline, by event id."""
    senders: set[str] = field(default_factory=set)
    receipts: dict[ReceiptKey, str] = field(default_factory=dict)
    typing: set[str] = field(default_factory=set)
    account_data: dict[str, Any] = field(default_factory=dict)
    unread: tuple[int, int] = (0, 0)
    summary: dict[str, Any] = field(default_factory=dict)


@dataclass
class Seen:
    joined: dict[str, SeenRoom] = field(default_factory=dict)
    invited: set[str] = field(default_factory=set)
    knocked: set[str] = field(default_factory=set)
    account_data: dict[str, Any] = field(default_factory=dict)
    to_device: list[Any] = field(default_factory=list)
    one_time_keys: dict[str, int] = field(default_factory=dict)
    fallback_keys: list[str] = field(default_factory=list)
    to_query: set[str] = field(default_factory=set)
    """Whose devices must be looked at again."""
    gone: set[str] = field(default_factory=set)
    """Whose devices need no looking at any more."""

    def apply(self, answer: dict[str, Any]) -> None:
        rooms = answer.get("rooms", {})
        for room_id, room in rooms.get("join", {}).items():
            self._forget_invitations(room_id)
            apply_room(self.joined.setdefault(room_id, SeenRoom()), room)
        for room_id in rooms.get("invite", {}):
            self.joined.pop(room_id, None)
            self.knocked.discard(room_id)
            self.invited.add(room_id)
        for room_id in rooms.get("knock", {}):
            self.joined.pop(room_id, None)
            self.knocked.add(room_id)
        for room_id in rooms.get("leave", {}):
            self._forget_invitations(room_id)
            self.joined.pop(room_id, None)
        for event in answer.get("account_data", {}).get("events", []):
            self.account_data[event["type"]] = event["content"]
        self.to_device += answer.get("to_device", {}).get("events", [])
        self.one_time_keys = answer["device_one_time_keys_count"]
        self.fallback_keys = answer["device_unused_fallback_key_types"]
        lists = answer.get("device_lists", {})
        self.to_query = set(lists.get("changed", []))
        self.gone = set(lists.get("left", []))

    def acquaintances(self) -> set[str]:
        """All who are in a room that the person is in."""
        return {user_id for room in self.joined.values() for user_id in room.members}

    def _forget_invitations(self, room_id: str) -> None:
        self.invited.discard(room_id)
        self.knocked.discard(room_id)


def apply_room(seen: SeenRoom, room: dict[str, Any]) -> None:
    timeline = room.get("timeline", {"events": []})
    if timeline.get("limited"):
        seen.timeline.clear()
        seen.contents.clear()
        seen.senders.clear()
    for event in room.get("state", {}).get("events", []):
        apply_state(seen, event)
    for event in timeline["events"]:
        seen.timeline.append(event["event_id"])
        seen.contents[event["event_id"]] = event["content"]
        if event["type"] == "m.room.redaction":
            # In the rooms of these laws only messages are redacted.
            redacted = event["content"].get("redacts", event.get("redacts"))
            seen.contents |= {redacted: {}} if redacted in seen.contents else {}
        seen.senders.add(event["sender"])
        if "state_key" in event and "state_after" not in room:
            apply_state(seen, event)
    for event in room.get("state_after", {}).get("events", []):
        apply_state(seen, event)
    for event in room.get("ephemeral", {}).get("events", []):
        apply_ephemeral(seen, event)
    for event in room.get("account_data", {}).get("events", []):
        seen.account_data[event["type"]] = event["content"]
    if "unread_notifications" in room:
        counts = room["unread_notifications"]
        seen.unread = counts["notification_count"], counts["highlight_count"]
    seen.summary = room.get("summary", seen.summary)


def apply_state(seen: SeenRoom, event: dict[str, Any]) -> None:
    seen.state[event["type"], event["state_key"]] = told(event)
    if event["type"] == MEMBER:
        change = (
            seen.members.add if event["content"]["membership"] == "join" else seen.members.discard
        )
        change(event["state_key"])


def told(event: dict[str, Any]) -> Told:
    return event["event_id"], event["sender"], event["content"]


def apply_ephemeral(seen: SeenRoom, event: dict[str, Any]) -> None:
    if event["type"] == "m.typing":
        seen.typing = set(event["content"]["user_ids"])
        return
    for event_id, by_type in event["content"].items():
        for receipt_type, by_user in by_type.items():
            for user_id, receipt in by_user.items():
                key = (receipt_type, user_id, receipt.get("thread_id", ""))
                seen.receipts[key] = event_id


def differences(seen: Seen, fresh: Seen, *, lazy: bool) -> list[str]:
    """What a client that followed knows otherwise than one that has just begun."""
    found = [
        f"{name}: {ours!r} instead of {theirs!r}"
        for name, ours, theirs in (
            ("joined", set(seen.joined), set(fresh.joined)),
            ("invited", seen.invited, fresh.invited),
            ("knocked", seen.knocked, fresh.knocked),
            ("account data", seen.account_data, fresh.account_data),
        )
        if ours != theirs
    ]
    for room_id in seen.joined.keys() & fresh.joined.keys():
        ours, theirs = seen.joined[room_id], fresh.joined[room_id]
        found += [f"{room_id} {difference}" for difference in room_differences(ours, theirs, lazy)]
    return found


def room_differences(seen: SeenRoom, fresh: SeenRoom, lazy: bool) -> list[str]:
    found = [
        f"{name}: {ours!r} instead of {theirs!r}"
        for name, ours, theirs in (
            ("receipts", saying_more(seen.receipts), saying_more(fresh.receipts)),
            ("typing", seen.typing, fresh.typing),
            ("account data", seen.account_data, fresh.account_data),
            ("unread", seen.unread, fresh.unread),
            ("summary", seen.summary, fresh.summary),
        )
        if ours != theirs
    ]
    found += state_differences(seen, fresh, lazy)
    shorter = min(len(seen.timeline), len(fresh.timeline))
    if seen.timeline[-shorter:] != fresh.timeline[-shorter:]:
        found.append(f"timeline: {seen.timeline[-shorter:]} instead of {fresh.timeline[-shorter:]}")
    found += [
        f"{event_id}: {seen.contents[event_id]} instead of {fresh.contents[event_id]}"
        for event_id in seen.contents.keys() & fresh.contents.keys()
        if seen.contents[event_id] != fresh.contents[event_id]
    ]
    if len(set(seen.timeline)) != len(seen.timeline):
        found.append(f"timeline: an event came twice: {seen.timeline}")
    return found


def saying_more(receipts: dict[ReceiptKey, str]) -> dict[ReceiptKey, str]:
    """Without those of threads beside an unthreaded one: an event has room for one of a person's,
    and the unthreaded is told."""
    return {
        (type, user, thread): event
        for (type, user, thread), event in receipts.items()
        if not thread or (type, user, "") not in receipts
    }


def state_differences(seen: SeenRoom, fresh: SeenRoom, lazy: bool) -> list[str]:
    """With lazy loading every member that is known is right, and everyone who speaks is known."""
    if not lazy:
        keys = seen.state.keys() | fresh.state.keys()
    else:
        keys = {key for key in seen.state.keys() | fresh.state.keys() if key[0] != MEMBER}
        keys |= {key for key in seen.state if key[0] == MEMBER}
        keys |= {(MEMBER, sender) for sender in seen.senders}
    return [
        f"state {key}: {seen.state.get(key)} instead of {fresh.state.get(key)}"
        for key in sorted(keys)
        if seen.state.get(key) != fresh.state.get(key)
    ]
