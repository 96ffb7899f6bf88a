"""When something last happened in rooms."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.rooms.tables import event
from teahouse.kit.database import ReadTx
from teahouse.kit.listed import as_parameter, listed
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of

BUMPS = (
    "m.room.create",
    "m.room.message",
    "m.room.encrypted",
    "m.sticker",
    "m.call.invite",
    "m.poll.start",
    "m.beacon_info",
)
"""What counts as "proper" activity. Source: MSC4186, `bump_stamp`"""


def newest_positions(tx: ReadTx, upto: Mapping[str, int]) -> dict[str, int]:
    """Of the newest event of each room, up to the position given for it."""
    return _positions(tx, upto, _newest(tx.dialect_name, only_bumps=False))


def bump_positions(tx: ReadTx, upto: Mapping[str, int]) -> dict[str, int]:
    """The same of what people say and do there. Every room has at least its creation."""
    return _positions(tx, upto, _newest(tx.dialect_name, only_bumps=True))


def _positions(tx: ReadTx, upto: Mapping[str, int], statement: Prepared) -> dict[str, int]:
    rows: Any = tx.all(
        statement, rooms=as_parameter((shard_of(r), r, pos) for r, pos in upto.items())
    )
    return {row.room_id: row.newest for row in rows if row.newest is not None}


@cache
def _newest(dialect: str, *, only_bumps: bool) -> Prepared:
    rooms = listed(dialect, "rooms", shard=int, room_id=str, upto=int)
    wanted = [
        event.c.shard == rooms.c.shard,
        event.c.room_id == rooms.c.room_id,
        event.c.pos <= rooms.c.upto,
    ]
    if only_bumps:
        wanted.append(event.c.type.in_(BUMPS))
    newest = sa.select(event.c.pos).where(*wanted).order_by(event.c.pos.desc()).limit(1)
    return Prepared(
        sa.select(rooms.c.room_id, newest.correlate(rooms).scalar_subquery().label("newest"))
    )
