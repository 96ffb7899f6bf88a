"""A sync's answer as it was told before there was a sync. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Event = dict[str, Any]
Body = Mapping[str, Any]
PUSH_RULES = "m.push_rules"
"""Not what a user made: a sync tells them, `/initialSync` does not."""
OwnEvents = Mapping[str, Event]
"""By room: the event by which the reader was invited, or knocked."""


def events(body: Body, own: OwnEvents, reader: str) -> list[Event]:
    """Everything that happened, in one list."""
    found = [_presence(event) for event in _in(body, "presence")]
    found += _in(body, "account_data")
    rooms = body.get("rooms", {})
    for room_id, room in _rooms(rooms, "join", "leave"):
        told = _since_coming(_in(room, "timeline"), reader)
        told += _in(room, "ephemeral") + _in(room, "account_data")
        found += [_as_then(event, room_id) for event in told]
    return found + [
        _as_then(own[room_id], room_id)
        for room_id, _ in _rooms(rooms, "invite", "knock")
        if room_id in own
    ]


def initial(body: Body, own: OwnEvents, reader: str, listed: set[str]) -> dict[str, Any]:
    """The answer of /initialSync. `listed`: rooms in the public directory."""
    end, rooms = body["next_batch"], body.get("rooms", {})
    told = [
        _room(room_id, room, end, reader, listed)
        for room_id, room in _rooms(rooms, "join", "leave")
    ]
    told += [
        {
            "room_id": room_id,
            "membership": "invite",
            "inviter": own[room_id]["sender"],
            "invite": _as_then(own[room_id], room_id),
            "visibility": _visibility(room_id, listed),
        }
        for room_id, _ in _rooms(rooms, "invite")
        if room_id in own
    ]
    return {
        "end": end,
        "rooms": told,
        "presence": [_presence(event) for event in _in(body, "presence")],
        "account_data": [e for e in _in(body, "account_data") if e["type"] != PUSH_RULES],
        "receipts": [
            {**event, "room_id": room_id}
            for room_id, room in _rooms(rooms, "join")
            for event in _in(room, "ephemeral")
            if event["type"] == "m.receipt"
        ],
    }


def _room(room_id: str, room: Body, end: str, reader: str, listed: set[str]) -> dict[str, Any]:
    state = [_as_then(event, room_id) for event in _in(room, "state_after")]
    return {
        "room_id": room_id,
        "membership": _membership(state, reader),
        "messages": {
            "start": room["timeline"]["prev_batch"],
            "end": end,
            "chunk": [_as_then(event, room_id) for event in _in(room, "timeline")],
        },
        "state": state,
        "account_data": _in(room, "account_data"),
        "visibility": _visibility(room_id, listed),
    }


def _since_coming(timeline: list[Event], reader: str) -> list[Event]:
    """Without what was said before the reader came, which a sync tells of a new room; but who made
    the room did so before they came."""
    for place in reversed(range(len(timeline))):
        event = timeline[place]
        if event["type"] == "m.room.member" and event.get("state_key") == reader:
            before = event.get("unsigned", {}).get("prev_content", {})
            if event["content"].get("membership") == "join" != before.get("membership"):
                made = [e for e in timeline[:place] if _is_made_by(e, reader)]
                return made + timeline[place:]
    return timeline


def _is_made_by(event: Event, reader: str) -> bool:
    return bool(event["type"] == "m.room.create" and event["sender"] == reader)


def _membership(state: list[Event], reader: str) -> str:
    for event in state:
        if event["type"] == "m.room.member" and event["state_key"] == reader:
            return str(event["content"].get("membership", "leave"))
    return "leave"


def _visibility(room_id: str, listed: set[str]) -> str:
    return "public" if room_id in listed else "private"


def _as_then(event: Event, room_id: str) -> Event:
    """Its room in it, and whoever sent it under the name that this had then."""
    sent = {"user_id": event["sender"]} if "sender" in event else {}
    return {**event, **sent, "room_id": room_id}


def _presence(event: Event) -> Event:
    """Content names its person, as it did then."""
    return {**event, "content": {**event["content"], "user_id": event["sender"]}}


def _in(body: Body, part: str) -> list[Event]:
    found: list[Event] = body.get(part, {}).get("events", [])
    return found


def _rooms(rooms: Body, *kinds: str) -> Iterator[tuple[str, Body]]:
    for kind in kinds:
        yield from rooms.get(kind, {}).items()
