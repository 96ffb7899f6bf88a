"""Rooms that a person has left and wants to hear of no more, until they have to do with them again.

Source: client-server API, POST /rooms/{roomId}/forget
"""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.homeserver.rooms.tables import forgotten
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import upsert


def forget(tx: WriteTx, user_id: str, room_id: str) -> None:
    pos = tx.next_pos()
    keys = {"shard": shard_of(user_id), "user_id": user_id, "room_id": room_id}
    upsert(tx, forgotten, keys, {"pos": pos})
    tx.touch(user_id, "forgotten", pos)


def remember(tx: WriteTx, user_id: str, room_id: str) -> None:
    tx.run(
        sa.delete(forgotten).where(
            forgotten.c.shard == shard_of(user_id),
            forgotten.c.user_id == user_id,
            forgotten.c.room_id == room_id,
        )
    )
