"""The rooms that the log's writer holds in memory: loaded when needed, dropped when unsure."""

from __future__ import annotations

from collections import OrderedDict

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.rooms.tables import FOREVER, event, room, room_state
from teahouse.homeserver.rooms.writing.room import KEPT_CONTENTS, Member, Room, StateRef
from teahouse.kit.database import ReadTx
from teahouse.kit.errors import not_found
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of
from teahouse.protocol.room_versions import ROOM_VERSIONS

MAX_ENTRIES = 400_000
"""Members and state keys of all rooms in memory; about 150 bytes each."""


class RoomMemory:
    """Touched by the log's thread only."""

    def __init__(self) -> None:
        self._rooms: OrderedDict[str, Room] = OrderedDict()
        self._counted: dict[str, int] = {}
        self._entries = 0

    def get(self, tx: WriteTx, room_id: str) -> Room:
        """Errors: M_NOT_FOUND."""
        found = self._rooms.get(room_id)
        if found is not None:
            self._rooms.move_to_end(room_id)
            self._count(found)
            return found
        loaded = load(tx, room_id)
        if loaded is None:
            raise not_found("Unknown room")
        self.add(loaded)
        return loaded

    def has(self, tx: WriteTx, room_id: str) -> bool:
        """Whether there is such a room."""
        return room_id in self._rooms or _version(tx, room_id) is not None

    def add(self, new: Room) -> None:
        self._rooms[new.room_id] = new
        self._count(new)
        while self._entries > MAX_ENTRIES and len(self._rooms) > 1:
            self.drop(next(iter(self._rooms)))

    def drop(self, room_id: str) -> None:
        self._rooms.pop(room_id, None)
        self._entries -= self._counted.pop(room_id, 0)

    def _count(self, room: Room) -> None:
        """Rooms grow while they are held."""
        size = room.size
        self._entries += size - self._counted.get(room.room_id, 0)
        self._counted[room.room_id] = size

    def clear(self) -> None:
        self._rooms.clear()
        self._counted.clear()
        self._entries = 0


def load(tx: ReadTx, room_id: str) -> Room | None:
    """The room as of the newest event; None when there is none of this id."""
    shard = shard_of(room_id)
    version = _version(tx, room_id)
    if version is None:
        return None
    loaded = Room(room_id, ROOM_VERSIONS[version])
    _load_state(tx, loaded, shard)
    _load_head(tx, loaded, shard)
    return loaded


def _version(tx: ReadTx, room_id: str) -> str | None:
    found: str | None = tx.scalar(
        sa.select(room.c.version).where(
            room.c.shard == shard_of(room_id), room.c.room_id == room_id
        )
    )
    return found


def _load_state(tx: ReadTx, loaded: Room, shard: int) -> None:
    current = sa.and_(
        room_state.c.shard == shard,
        room_state.c.room_id == loaded.room_id,
        room_state.c.to_pos == FOREVER,
    )
    kept = event.alias("kept")
    same = sa.and_(
        kept.c.shard == room_state.c.shard,
        kept.c.room_id == room_state.c.room_id,
        kept.c.pos == room_state.c.from_pos,
    )
    for row in tx.all(
        sa.select(room_state, kept.c.sender, kept.c.body)
        .join(kept, same)
        .where(current, room_state.c.type != "m.room.member")
        .order_by(room_state.c.from_pos)
    ):
        content = _content(row.body) if row.type in KEPT_CONTENTS else None
        loaded.set_state(
            row.type,
            row.state_key,
            StateRef(row.event_id, row.from_pos, row.sender, content, len(row.body)),
        )
    for row in tx.all(
        sa.select(
            room_state.c.state_key,
            room_state.c.membership,
            room_state.c.event_id,
            room_state.c.from_pos,
        ).where(current, room_state.c.type == "m.room.member")
    ):
        loaded.set_member(row.state_key, Member(row.membership, row.event_id, row.from_pos))


def _load_head(tx: ReadTx, loaded: Room, shard: int) -> None:
    mine = (event.c.shard == shard, event.c.room_id == loaded.room_id)
    head = tx.first(
        sa.select(event.c.event_id, event.c.edges, event.c.notify_no)
        .where(*mine)
        .order_by(event.c.pos.desc())
        .limit(1)
    )
    assert head is not None, "a room has at least its create event"
    loaded.head_event_id = head.event_id
    loaded.depth = msgspec.json.decode(head.edges)["depth"]
    loaded.notify_no = head.notify_no


def _content(body: bytes) -> dict[str, object]:
    content: dict[str, object] = msgspec.json.decode(body)["content"]
    return content
