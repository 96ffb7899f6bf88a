"""Stripped state: what a person who is invited, or knocks, is told of a room.

Source: client-server API, "Stripped state"
"""

from __future__ import annotations

from typing import Any

import msgspec
import orjson
import sqlalchemy as sa

from teahouse.homeserver.rooms.published import EventAppended
from teahouse.homeserver.rooms.tables import event
from teahouse.homeserver.rooms.writing.room import Room
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of

SHOWN = (
    "m.room.create",
    "m.room.name",
    "m.room.avatar",
    "m.room.topic",
    "m.room.join_rules",
    "m.room.canonical_alias",
    "m.room.encryption",
)


def of(tx: WriteTx, room: Room, appended: EventAppended) -> bytes:
    """JSON list of stripped events, the membership event itself last."""
    shown = [
        {"type": type, "state_key": "", "sender": ref.sender, "content": ref.content}
        for type in SHOWN
        if (ref := room.state.get((type, ""))) is not None
    ]
    inviter = room.members.get(appended.sender)
    if inviter is not None and appended.sender != appended.state_key:
        shown += _member(tx, room, inviter.event_id)
    shown.append(strip(appended.body))
    return orjson.dumps(shown)


def strip(body: bytes) -> dict[str, Any]:
    full = msgspec.json.decode(body)
    return {key: full[key] for key in ("type", "state_key", "sender", "content")}


def _member(tx: WriteTx, room: Room, event_id: str) -> list[dict[str, Any]]:
    body = tx.scalar(
        sa.select(event.c.body).where(
            event.c.shard == shard_of(room.room_id), event.c.event_id == event_id
        )
    )
    return [] if body is None else [strip(body)]
