"""The newest events of many rooms, as one list."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.rooms.tables import event, membership
from teahouse.homeserver.rooms.timeline import places
from teahouse.homeserver.rooms.timeline.stored import StoredEvent, stored_columns, stored_event
from teahouse.kit.database import ReadTx
from teahouse.kit.listed import as_parameter, listed
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of


def newest_events(
    tx: ReadTx, after: Mapping[str, int], upto: int, but_by: str, limit: int
) -> list[StoredEvent]:
    """Of each room those with after < pos <= upto that somebody else than `but_by` sent; the
    newest `limit` of all, newest first."""
    rows = tx.all(
        _newest(tx.dialect_name),
        rooms=as_parameter((shard_of(room_id), room_id, pos) for room_id, pos in after.items()),
        upto=upto,
        but_by=but_by,
        most=limit,
    )
    return [stored_event(row) for row in rows]


def invitations(tx: ReadTx, user_id: str, upto: int, limit: int) -> list[StoredEvent]:
    """Those that the person was sent until `upto`, the newest `limit`, newest first."""
    rows: Any = tx.all(
        sa.select(membership.c.room_id, membership.c.from_pos)
        .where(
            membership.c.shard == shard_of(user_id),
            membership.c.user_id == user_id,
            membership.c.from_pos <= upto,
            membership.c.membership == "invite",
            membership.c.sender != user_id,
        )
        .order_by(membership.c.from_pos.desc())
        .limit(limit)
    )
    if not rows:
        return []
    found = places.at(tx, [(row.room_id, row.from_pos) for row in rows])
    return sorted(found, key=lambda event: event.pos, reverse=True)


@cache
def _newest(dialect: str) -> Prepared:
    rooms = listed(dialect, "rooms", shard=int, room_id=str, after=int)
    within = sa.and_(
        event.c.shard == rooms.c.shard,
        event.c.room_id == rooms.c.room_id,
        event.c.pos > rooms.c.after,
        event.c.pos <= sa.bindparam("upto"),
    )
    return Prepared(
        sa.select(*stored_columns())
        .select_from(rooms.join(event, within))
        .where(event.c.sender != sa.bindparam("but_by"))
        .order_by(event.c.pos.desc())
        .limit(sa.bindparam("most", type_=sa.Integer))
    )
