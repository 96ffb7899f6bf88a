"""What push rules ask of rooms, of many at once: how many are in, who has power, one's name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.rooms.outside.room_summary import contents_of, joined_counts
from teahouse.homeserver.rooms.state.state_reads import STATE_EVENT
from teahouse.homeserver.rooms.tables import FOREVER, event, room, room_state
from teahouse.kit.database import ReadTx
from teahouse.kit.listed import as_parameter, listed
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of
from teahouse.protocol.power_levels import PowerLevels
from teahouse.protocol.room_versions import ROOM_VERSIONS

CREATE, POWER_LEVELS = "m.room.create", "m.room.power_levels"


@dataclass(frozen=True, slots=True)
class PushContext:
    member_count: int
    power_levels: PowerLevels
    display_name: str | None


def push_contexts(
    tx: ReadTx, user_id: str, room_ids: Collection[str], *, named: bool
) -> dict[str, PushContext]:
    """As of now. The name is None unless it is asked for (`named`). At most 4 statements."""
    counts = joined_counts(tx, room_ids)
    contents = contents_of(tx, room_ids, (CREATE, POWER_LEVELS))
    names = _names(tx, user_id, room_ids) if named else {}
    made: Any = tx.all(_made(tx.dialect_name), rooms=_listed(room_ids))
    return {
        row.room_id: PushContext(
            counts.get(row.room_id, 0),
            PowerLevels(
                ROOM_VERSIONS[row.version],
                contents[row.room_id].get(POWER_LEVELS),
                create_content=contents[row.room_id].get(CREATE, {}),
                create_sender=row.creator,
            ),
            names.get(row.room_id),
        )
        for row in made
    }


def _names(tx: ReadTx, user_id: str, room_ids: Collection[str]) -> dict[str, str]:
    rows: Any = tx.all(_member(tx.dialect_name), rooms=_listed(room_ids), user_id=user_id)
    said = {
        row.room_id: msgspec.json.decode(row.body)["content"].get("displayname") for row in rows
    }
    return {room_id: name for room_id, name in said.items() if isinstance(name, str)}


def _listed(room_ids: Collection[str]) -> str:
    return as_parameter((shard_of(room_id), room_id) for room_id in room_ids)


@cache
def _made(dialect: str) -> Prepared:
    rooms = listed(dialect, "rooms", shard=int, room_id=str)
    same = sa.and_(room.c.shard == rooms.c.shard, room.c.room_id == rooms.c.room_id)
    columns = (room.c.room_id, room.c.version, room.c.creator)
    return Prepared(sa.select(*columns).select_from(rooms.join(room, same)))


@cache
def _member(dialect: str) -> Prepared:
    rooms = listed(dialect, "rooms", shard=int, room_id=str)
    same = sa.and_(room_state.c.shard == rooms.c.shard, room_state.c.room_id == rooms.c.room_id)
    return Prepared(
        sa.select(room_state.c.room_id, event.c.body)
        .select_from(rooms.join(room_state, same).join(event, STATE_EVENT))
        .where(
            room_state.c.type == "m.room.member",
            room_state.c.state_key == sa.bindparam("user_id"),
            room_state.c.to_pos == FOREVER,
        )
    )
