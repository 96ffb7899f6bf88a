"""The SQL of connections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.sliding.sent import Sent
from teahouse.homeserver.sliding.tables import sliding_connection
from teahouse.kit.database import ReadTx
from teahouse.kit.errors import Refused
from teahouse.kit.log import WriteTx
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import upsert

MAX_CONNECTIONS = 20
"""Of one device; the ones that changed longest ago are forgotten."""

Connection = tuple[str, str, str]
"""User, device, and the client's own name for it."""

_columns = sliding_connection.c
_ROW = Prepared(
    sa.select(sliding_connection).where(
        *(column == sa.bindparam(column.name) for column in sliding_connection.primary_key)
    )
)


def sent_with(tx: ReadTx, connection: Connection, generation: int) -> Sent:
    """What the client has that names this generation.

    Errors: M_UNKNOWN_POS when it is neither the newest nor the one before.
    """
    stored = _generation(_row(tx, connection), generation)
    return Sent.decoded(stored)


def advance(tx: WriteTx, connection: Connection, base: int | None, sent: bytes) -> int:
    """Keeps what the next answer sends beside what the request was based on; its generation.

    Errors: M_UNKNOWN_POS when the connection has moved on.
    """
    before = None if base is None else _generation(_row(tx, connection), base)
    generation = tx.next_pos()
    values = {
        "generation": generation,
        "sent": sent,
        "previous_generation": base,
        "previous_sent": before,
    }
    upsert(tx, sliding_connection, _key(connection), values)
    if base is None:
        _forget_oldest(tx, connection)
    return generation


def delete_devices(tx: WriteTx, user_id: str, device_ids: Sequence[str]) -> None:
    for device_id in device_ids:
        tx.run(
            sa.delete(sliding_connection).where(
                _columns.shard == shard_of(user_id),
                _columns.user_id == user_id,
                _columns.device_id == device_id,
            )
        )


def _row(tx: ReadTx, connection: Connection) -> Any:
    return tx.first(_ROW, **_key(connection))


def _generation(row: Any, generation: int) -> bytes:
    if row is not None and row.generation == generation:
        return bytes(row.sent)
    if row is not None and row.previous_generation == generation:
        return bytes(row.previous_sent)
    raise unknown_pos()


def unknown_pos() -> Refused:
    return Refused("M_UNKNOWN_POS", "This connection is not known: begin anew, without pos")


def _forget_oldest(tx: WriteTx, connection: Connection) -> None:
    user_id, device_id, _ = connection
    of_device = (
        _columns.shard == shard_of(user_id),
        _columns.user_id == user_id,
        _columns.device_id == device_id,
    )
    oldest = tx.scalars(
        sa.select(_columns.conn_id)
        .where(*of_device)
        .order_by(_columns.generation.desc())
        .offset(MAX_CONNECTIONS)
    )
    if oldest:
        tx.run(sa.delete(sliding_connection).where(*of_device, _columns.conn_id.in_(oldest)))


def _key(connection: Connection) -> dict[str, Any]:
    user_id, device_id, conn_id = connection
    return {
        "shard": shard_of(user_id),
        "user_id": user_id,
        "device_id": device_id,
        "conn_id": conn_id,
    }
