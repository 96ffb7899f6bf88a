"""What kind of room a room is, as of a position."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.rooms.state.state_reads import STATE_EVENT, state_at
from teahouse.homeserver.rooms.tables import event, room_state
from teahouse.kit.database import ReadTx
from teahouse.kit.listed import as_parameter, listed
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of

CREATE = "m.room.create"
ENCRYPTION = "m.room.encryption"


@dataclass(frozen=True, slots=True)
class Traits:
    type: str | None = None
    is_encrypted: bool = False


def traits(tx: ReadTx, upto: Mapping[str, int]) -> dict[str, Traits]:
    """Of each room, at the position given for it."""
    rows: Any = tx.all(
        _create_and_encryption(tx.dialect_name),
        rooms=as_parameter((shard_of(r), r, pos) for r, pos in upto.items()),
    )
    types: dict[str, str | None] = {}
    encrypted: set[str] = set()
    for row in rows:
        if row.type == CREATE:
            types[row.room_id] = type_of(msgspec.json.decode(row.body)["content"])
        else:
            encrypted.add(row.room_id)
    return {room_id: Traits(types.get(room_id), room_id in encrypted) for room_id in upto}


def type_of(create_content: Any) -> str | None:
    type = create_content.get("type")
    return type if isinstance(type, str) else None


def children(tx: ReadTx, space_id: str, pos: int) -> frozenset[str]:
    """Rooms that the space names; a child without `via` is one that was removed."""
    return frozenset(
        found.state_key or ""
        for found in state_at(tx, space_id, pos, room_state.c.type == "m.space.child")
        if isinstance(msgspec.json.decode(found.body)["content"].get("via"), list)
    )


@cache
def _create_and_encryption(dialect: str) -> Prepared:
    rooms = listed(dialect, "rooms", shard=int, room_id=str, upto=int)
    of_room = sa.and_(
        room_state.c.shard == rooms.c.shard,
        room_state.c.room_id == rooms.c.room_id,
        room_state.c.type.in_((CREATE, ENCRYPTION)),
        room_state.c.state_key == "",
        room_state.c.from_pos <= rooms.c.upto,
        room_state.c.to_pos > rooms.c.upto,
    )
    return Prepared(
        sa.select(room_state.c.room_id, room_state.c.type, event.c.body)
        .select_from(rooms)
        .join(room_state, of_room)
        .join(event, STATE_EVENT)
    )
