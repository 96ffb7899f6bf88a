"""The part of a `/sync` answer that the load generator looks at; the rest is skipped undecoded."""

from __future__ import annotations

import msgspec


class TimelineEvent(msgspec.Struct, gc=False):
    type: str
    sender: str
    content: msgspec.Raw


class Timeline(msgspec.Struct, gc=False):
    events: list[TimelineEvent] = []
    limited: bool = False


class JoinedRoom(msgspec.Struct, gc=False):
    timeline: Timeline = msgspec.field(default_factory=Timeline)


class Rooms(msgspec.Struct, gc=False):
    join: dict[str, JoinedRoom] = {}


class SyncReply(msgspec.Struct, gc=False):
    next_batch: str
    rooms: Rooms = msgspec.field(default_factory=Rooms)


decode = msgspec.json.Decoder(SyncReply).decode
