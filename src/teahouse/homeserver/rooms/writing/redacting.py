"""What a redaction does to what is stored: the event, and what others say of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import orjson
import sqlalchemy as sa

from teahouse.homeserver.rooms.published import EventAppended, EventRedacted
from teahouse.homeserver.rooms.tables import event, relation, room_state
from teahouse.homeserver.rooms.timeline.stored import is_redacted
from teahouse.homeserver.rooms.writing.relations import relation_of
from teahouse.homeserver.rooms.writing.room import Room
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of
from teahouse.protocol import events


def apply_redaction(tx: WriteTx, room: Room, target: sa.Row[Any], redaction: EventAppended) -> None:
    """Replaces what is stored of the event, and every copy in memory, by its redacted form."""
    full = msgspec.json.decode(target.body)
    kept = events.redact_content(room.version, full["type"], full["content"])
    if "redacts" in full and not room.version.redacts_in_content:
        del full["redacts"]
    body = orjson.dumps({**full, "content": kept})
    unsigned = b'{"redacted_by":%b,"redacted_because":%b}' % (
        orjson.dumps(redaction.event_id),
        redaction.body,
    )
    tx.run(_event_at(room, target.pos).values(body=body, unsigned=unsigned))
    tx.publish(EventRedacted(room.room_id, full["event_id"], body, unsigned))
    if target.state_key is None:
        _forget_relation(tx, room, target.pos, full["content"])
    else:
        _redact_in_successor(tx, room, target, kept)


def _forget_relation(tx: WriteTx, room: Room, pos: int, content: dict[str, Any]) -> None:
    related = relation_of(content)
    if related is not None:
        tx.run(
            sa.delete(relation).where(
                relation.c.shard == shard_of(room.room_id),
                relation.c.parent_id == related.parent_id,
                relation.c.pos == pos,
            )
        )


def _redact_in_successor(
    tx: WriteTx, room: Room, target: sa.Row[Any], kept: Mapping[str, Any]
) -> None:
    """The state event that replaced the redacted one carries its content, as `prev_content`."""
    in_room = (event.c.shard == shard_of(room.room_id), event.c.room_id == room.room_id)
    ended = sa.select(room_state.c.to_pos).where(
        room_state.c.shard == shard_of(room.room_id),
        room_state.c.room_id == room.room_id,
        room_state.c.type == target.type,
        room_state.c.state_key == target.state_key,
        room_state.c.from_pos == target.pos,
    )
    successor = tx.first(sa.select(event).where(*in_room, event.c.pos == ended.scalar_subquery()))
    if successor is None or successor.unsigned is None or is_redacted(successor.unsigned):
        return
    said = msgspec.json.decode(successor.unsigned)
    unsigned = orjson.dumps({**said, "prev_content": kept})
    tx.run(_event_at(room, successor.pos).values(unsigned=unsigned))
    tx.publish(EventRedacted(room.room_id, successor.event_id, successor.body, unsigned))


def _event_at(room: Room, pos: int) -> sa.Update:
    return sa.update(event).where(
        event.c.shard == shard_of(room.room_id),
        event.c.room_id == room.room_id,
        event.c.pos == pos,
    )
