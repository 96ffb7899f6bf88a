"""Events as they are stored, for those who read them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import orjson
import sqlalchemy as sa

from teahouse.homeserver.rooms.tables import event
from teahouse.kit.database import ReadTx
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import SHARDS, shard_of

IN_ONE_LIST = 500
"""Values in one IN list."""


@dataclass(slots=True)
class StoredEvent:
    """What tables.event says of each column; `body` and `unsigned` are ready JSON."""

    room_id: str
    pos: int
    room_order: int
    event_id: str
    type: str
    state_key: str | None
    sender: str
    origin_server_ts: int
    thread_id: str | None
    device_id: str | None
    txn_id: str | None
    body: bytes
    unsigned: bytes | None
    erased_pos: int | None

    @property
    def is_redacted(self) -> bool:
        return is_redacted(self.unsigned)


def is_redacted(unsigned: bytes | None) -> bool:
    """Of an event's stored `unsigned`."""
    return unsigned is not None and unsigned.startswith(b'{"redacted_by"')


def emptied(found: StoredEvent) -> StoredEvent:
    """A message as it would look redacted."""
    body = msgspec.json.decode(found.body)
    return replace(found, body=orjson.dumps({**body, "content": {}}))


_NAMES = tuple(StoredEvent.__dataclass_fields__)
_COLUMNS = tuple(event.c[name] for name in _NAMES)

_AFTER_UPTO = sa.select(*_COLUMNS).where(
    event.c.shard == sa.bindparam("shard"),
    event.c.room_id == sa.bindparam("room_id"),
    event.c.pos > sa.bindparam("after"),
    event.c.pos <= sa.bindparam("upto"),
)
_NEWEST = Prepared(
    _AFTER_UPTO.order_by(event.c.pos.desc()).limit(sa.bindparam("most", type_=sa.Integer))
)
_OLDEST = Prepared(_AFTER_UPTO.order_by(event.c.pos).limit(sa.bindparam("most", type_=sa.Integer)))


def stored_columns() -> tuple[sa.Column[Any], ...]:
    return _COLUMNS


def stored_event(row: sa.Row[Any]) -> StoredEvent:
    """Of a row of `stored_columns()`, which may have more columns after them."""
    return StoredEvent(*row[: len(_COLUMNS)])


def in_room(room_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return event.c.shard == shard_of(room_id), event.c.room_id == room_id


def by_id(tx: ReadTx, room_id: str, event_id: str) -> StoredEvent | None:
    return by_ids(tx, room_id, [event_id]).get(event_id)


def anywhere(tx: ReadTx, event_id: str) -> list[StoredEvent]:
    """In whichever room. A room is named by whoever can: this looks into each shard."""
    each = event.c.shard.in_(range(SHARDS))
    rows = tx.all(sa.select(*_COLUMNS).where(each, event.c.event_id == event_id))
    return [stored_event(row) for row in rows]


def by_ids(tx: ReadTx, room_id: str, event_ids: Collection[str]) -> dict[str, StoredEvent]:
    return {found.event_id: found for found in _where_in(tx, room_id, event.c.event_id, event_ids)}


def by_positions(tx: ReadTx, room_id: str, positions: Collection[int]) -> dict[int, StoredEvent]:
    return {found.pos: found for found in _where_in(tx, room_id, event.c.pos, positions)}


def newest(
    tx: ReadTx, room_id: str, upto: int, limit: int, *, after: int = -1
) -> list[StoredEvent]:
    """The last `limit` events that came at after < pos <= upto, oldest first."""
    found = between(tx, room_id, after, upto, limit, forward=False)
    return found[::-1]


def between(
    tx: ReadTx, room_id: str, after: int, upto: int, limit: int, *, forward: bool
) -> list[StoredEvent]:
    """The first `limit` events with after < room_order <= upto, in the direction of reading.

    By position, which is the same: docs/log.md, "Two orders".
    """
    room = {"shard": shard_of(room_id), "room_id": room_id}
    rows = tx.all(_OLDEST if forward else _NEWEST, **room, after=after, upto=upto, most=limit)
    return [stored_event(row) for row in rows]


def _where_in(
    tx: ReadTx, room_id: str, column: sa.Column[Any], values: Collection[Any]
) -> list[StoredEvent]:
    everything = list(values)
    found: list[StoredEvent] = []
    for start in range(0, len(everything), IN_ONE_LIST):
        some = everything[start : start + IN_ONE_LIST]
        rows = tx.all(sa.select(*_COLUMNS).where(*in_room(room_id), column.in_(some)))
        found += [stored_event(row) for row in rows]
    return found
