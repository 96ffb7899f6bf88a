"""The SQL of application services."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.appservices.tables import network_room, progress
from teahouse.kit.database import ReadTx
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import insert_if_absent, upsert

Place = tuple[str, int]
"""(room_id, pos) of an event."""

_decode_places = msgspec.json.Decoder(list[Place]).decode


@dataclass(frozen=True, slots=True)
class Transaction:
    """What a service is told together. `rest` is a JSON object of all that is not an event."""

    txn_id: str
    upto: int
    events: list[Place]
    rest: bytes


@dataclass(frozen=True, slots=True)
class Progress:
    pos: int
    transaction: Transaction | None


def get(tx: ReadTx, service_id: str) -> Progress | None:
    row: Any = tx.first(sa.select(progress).where(*_is(service_id)))
    if row is None:
        return None
    if row.txn_id is None:
        return Progress(row.pos, None)
    events = _decode_places(bytes(row.events))
    return Progress(row.pos, Transaction(row.txn_id, row.upto, events, bytes(row.rest)))


def put(tx: WriteTx, service_id: str, pos: int, transaction: Transaction | None = None) -> None:
    told: dict[str, Any] = dict.fromkeys(("txn_id", "upto", "events", "rest"))
    if transaction is not None:
        told = {
            "txn_id": transaction.txn_id,
            "upto": transaction.upto,
            "events": msgspec.json.encode(transaction.events),
            "rest": transaction.rest,
        }
    key = {"shard": shard_of(service_id), "service_id": service_id}
    upsert(tx, progress, key, {"pos": pos, **told})


def _is(service_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return progress.c.shard == shard_of(service_id), progress.c.service_id == service_id


# rooms of networks


def _of(service_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return network_room.c.shard == shard_of(service_id), network_room.c.service_id == service_id


def list_room(tx: WriteTx, service_id: str, network_id: str, room_id: str) -> None:
    insert_if_absent(
        tx,
        network_room,
        shard=shard_of(service_id),
        service_id=service_id,
        network_id=network_id,
        room_id=room_id,
    )


def unlist_room(tx: WriteTx, service_id: str, network_id: str, room_id: str) -> None:
    tx.run(
        sa.delete(network_room).where(
            *_of(service_id),
            network_room.c.network_id == network_id,
            network_room.c.room_id == room_id,
        )
    )


def count_rooms(tx: ReadTx, service_id: str) -> int:
    counted = sa.select(sa.func.count()).select_from(network_room).where(*_of(service_id))
    return int(tx.scalar(counted))


def rooms_of(tx: ReadTx, service_id: str, network_id: str) -> list[str]:
    wanted = sa.select(network_room.c.room_id).where(
        *_of(service_id), network_room.c.network_id == network_id
    )
    return list(tx.scalars(wanted))


def all_rooms(tx: ReadTx) -> list[str]:
    """Of all services and networks."""
    return list(tx.scalars(sa.select(network_room.c.room_id).distinct()))
