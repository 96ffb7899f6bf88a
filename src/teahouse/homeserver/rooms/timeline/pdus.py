"""Events in the form that servers exchange, put together from what is stored."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.rooms.tables import event
from teahouse.homeserver.rooms.writing.room import Room
from teahouse.kit.database import ReadTx
from teahouse.kit.shards import shard_of
from teahouse.protocol import events
from teahouse.protocol.events import Pdu
from teahouse.protocol.room_versions import EventIds, RoomVersion

CLIENT_ONLY = ("event_id", "redacts")


def pdu_of(version: RoomVersion, body: bytes, edges: bytes) -> Pdu:
    """The inverse of `events.client_format`, with `edges` added."""
    client: dict[str, Any] = msgspec.json.decode(body)
    pdu: Pdu = {key: value for key, value in client.items() if key not in CLIENT_ONLY}
    if version.event_ids is EventIds.GIVEN:
        pdu["event_id"] = client["event_id"]
    if version.room_id_is_create_hash and client["type"] == "m.room.create":
        del pdu["room_id"]
    if "redacts" in client and not version.redacts_in_content:
        pdu["redacts"] = client["redacts"]
        pdu["content"] = {k: v for k, v in client["content"].items() if k != "redacts"}
    return {**pdu, **msgspec.json.decode(edges)}


def reference_hash(tx: ReadTx, room: Room, event_id: str) -> str:
    """Asked only where the room version's references carry hashes."""
    row = tx.first(
        sa.select(event.c.body, event.c.edges).where(
            event.c.shard == shard_of(room.room_id), event.c.event_id == event_id
        )
    )
    assert row is not None, "events refer to events that are there"
    return events.reference_hash(room.version, pdu_of(room.version, row.body, row.edges))
