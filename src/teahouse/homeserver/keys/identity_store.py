"""The SQL of devices' identity keys."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.keys.tables import device_key
from teahouse.kit.database import ReadTx
from teahouse.kit.listed import as_parameter, is_listed
from teahouse.kit.log import WriteTx
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import upsert

_OF_USERS = Prepared(
    sa.select(device_key.c.user_id, device_key.c.device_id, device_key.c.key).where(
        is_listed("users", device_key.c.shard, device_key.c.user_id)
    )
)


def _of(user_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(device_key.c.shard == shard_of(user_id), device_key.c.user_id == user_id)


def get(tx: ReadTx, user_id: str, device_id: str) -> bytes | None:
    found = tx.scalar(
        sa.select(device_key.c.key).where(_of(user_id), device_key.c.device_id == device_id)
    )
    return None if found is None else bytes(found)


def put(tx: WriteTx, user_id: str, device_id: str, key: bytes) -> None:
    keys = {"shard": shard_of(user_id), "user_id": user_id, "device_id": device_id}
    upsert(tx, device_key, keys, {"key": key})


def delete(tx: WriteTx, user_id: str, device_ids: Collection[str]) -> int:
    """How many of the devices had keys."""
    gone = sa.delete(device_key).where(_of(user_id), device_key.c.device_id.in_(device_ids))
    return tx.run(gone).rowcount


def of_users(tx: ReadTx, user_ids: Sequence[str]) -> list[tuple[str, str, bytes]]:
    """(user_id, device_id, key) of all devices of these users."""
    rows: Any = tx.all(
        _OF_USERS, users=as_parameter((shard_of(user_id), user_id) for user_id in user_ids)
    )
    return [(user_id, device_id, bytes(key)) for user_id, device_id, key in rows]
