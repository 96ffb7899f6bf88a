"""Events as servers exchange them, for clients whose filter asks for `event_format: federation`.

Source: client-server API, "Filtering"; server-server API, "PDUs"
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson
import sqlalchemy as sa

from teahouse.homeserver.rooms.tables import event
from teahouse.homeserver.rooms.timeline.pdus import pdu_of
from teahouse.homeserver.rooms.timeline.stored import IN_ONE_LIST, StoredEvent, in_room
from teahouse.homeserver.rooms.upkeep.erasing import as_shown
from teahouse.homeserver.rooms.visibility.viewpoint import Reader, Viewpoint
from teahouse.kit.database import ReadTx
from teahouse.protocol.room_versions import ROOM_VERSIONS


def render_pdus(
    tx: ReadTx, reader: Reader, events: Sequence[StoredEvent], now_ms: int
) -> list[bytes]:
    """`events` are of one room, and ones that the reader may see.

    All versions' events have their `event_id`, by which a client names them; `unsigned` holds
    their age alone, as between servers. What no other server has met is signed by nobody yet.
    """
    if not events:
        return []
    view = Viewpoint(tx, reader, events[0].room_id, min(e.pos for e in events))
    version = ROOM_VERSIONS[view.room_version]
    edges = _edges(tx, view.room_id, [e.pos for e in events])
    return [
        orjson.dumps(
            {
                "signatures": {},
                **pdu_of(version, e.body, edges[e.pos]),
                "event_id": e.event_id,
                "unsigned": {"age": max(0, now_ms - e.origin_server_ts)},
            }
        )
        for e in as_shown(view, events)
    ]


def _edges(tx: ReadTx, room_id: str, positions: Sequence[int]) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for start in range(0, len(positions), IN_ONE_LIST):
        some = positions[start : start + IN_ONE_LIST]
        rows = tx.all(
            sa.select(event.c.pos, event.c.edges).where(*in_room(room_id), event.c.pos.in_(some))
        )
        found.update((row.pos, row.edges) for row in rows)
    return found
