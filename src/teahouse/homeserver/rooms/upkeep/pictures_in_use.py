"""The pictures that rooms show of themselves, for whoever deletes what nobody uses."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.rooms.state.state_reads import STATE_EVENT
from teahouse.homeserver.rooms.tables import FOREVER, event, room, room_state
from teahouse.kit.database import ReadTx

ROOMS_A_PAGE = 500

Place = tuple[int, str]


def pictures_in_use(tx: ReadTx, after: Place) -> tuple[Sequence[str], Place | None]:
    """Addresses of a page of rooms, and where the next one begins, if there is one."""
    place = sa.tuple_(room.c.shard, room.c.room_id)
    page = (
        sa.select(room.c.shard, room.c.room_id)
        .where(place > sa.tuple_(*after))
        .order_by(room.c.shard, room.c.room_id)
        .limit(ROOMS_A_PAGE)
    )
    rooms = tx.all(page)
    found = page.subquery()
    bodies = tx.scalars(
        sa.select(event.c.body)
        .select_from(room_state.join(event, STATE_EVENT))
        .join(
            found,
            sa.and_(found.c.shard == room_state.c.shard, found.c.room_id == room_state.c.room_id),
        )
        .where(
            room_state.c.type == "m.room.avatar",
            room_state.c.state_key == "",
            room_state.c.to_pos == FOREVER,
        )
    )
    urls = [msgspec.json.decode(body)["content"].get("url") for body in bodies]
    is_last = len(rooms) < ROOMS_A_PAGE
    end = None if is_last else (rooms[-1].shard, rooms[-1].room_id)
    return [url for url in urls if isinstance(url, str)], end
