"""What a member is called in a room."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.rooms.tables import event
from teahouse.homeserver.rooms.writing.room import Room
from teahouse.kit.database import ReadTx
from teahouse.kit.shards import shard_of


def display_name(tx: ReadTx, room: Room, user_id: str) -> str | None:
    member = room.members.get(user_id)
    if member is None:
        return None
    body = tx.scalar(
        sa.select(event.c.body).where(
            event.c.shard == shard_of(room.room_id),
            event.c.room_id == room.room_id,
            event.c.pos == member.pos,
        )
    )
    name = msgspec.json.decode(body)["content"].get("displayname") if body else None
    return name if isinstance(name, str) else None
