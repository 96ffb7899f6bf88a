"""The SQL of keys to claim: one-time keys, and the fallback keys behind them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.keys.tables import key_pool, one_time_key
from teahouse.kit.database import ReadTx
from teahouse.kit.listed import as_parameter, is_listed
from teahouse.kit.log import WriteTx
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import upsert

_pool, _once = key_pool.c, one_time_key.c
_its_keys = sa.and_(
    _once.shard == _pool.shard,
    _once.user_id == _pool.user_id,
    _once.device_id == _pool.device_id,
    _once.algorithm == _pool.algorithm,
)


def _oldest(column: sa.Column[Any]) -> sa.ScalarSelect[Any]:
    """Of the oldest one-time key in the pool at hand: one seek."""
    oldest = sa.select(column).where(_its_keys).order_by(_once.pos, _once.key_id).limit(1)
    return oldest.correlate(key_pool).scalar_subquery()


_NEXT = Prepared(
    sa.select(
        _pool.user_id,
        _pool.device_id,
        _pool.algorithm,
        _oldest(_once.key_id),
        _oldest(_once.key),
        _pool.fallback_key_id,
        _pool.fallback_key,
        _pool.fallback_used,
    ).where(is_listed("pools", _pool.shard, _pool.user_id, _pool.device_id, _pool.algorithm))
)

_COUNTS = Prepared(
    sa.select(
        _pool.algorithm,
        sa.select(sa.func.count()).where(_its_keys).correlate(key_pool).scalar_subquery(),
        sa.and_(_pool.fallback_key_id.is_not(None), _pool.fallback_used.is_(False)),
    ).where(
        _pool.shard == sa.bindparam("shard"),
        _pool.user_id == sa.bindparam("user_id"),
        _pool.device_id == sa.bindparam("device_id"),
    )
)


_TAKE = sa.delete(one_time_key).where(
    is_listed("keys", _once.shard, _once.user_id, _once.device_id, _once.algorithm, _once.key_id)
)

_MARK_USED = (
    sa.update(key_pool)
    .where(is_listed("pools", _pool.shard, _pool.user_id, _pool.device_id, _pool.algorithm))
    .values(fallback_used=True)
)


@dataclass(frozen=True, slots=True)
class Pool:
    """Which key of a device is claimed next; without a one-time key it is the fallback key."""

    user_id: str
    device_id: str
    algorithm: str
    key_id: str | None
    key: bytes | None
    fallback_key_id: str | None
    fallback_key: bytes | None
    fallback_used: bool


def _device(user_id: str, device_id: str) -> dict[str, Any]:
    return {"shard": shard_of(user_id), "user_id": user_id, "device_id": device_id}


def _name(pool: Pool) -> tuple[int, str, str, str]:
    return shard_of(pool.user_id), pool.user_id, pool.device_id, pool.algorithm


def pools(tx: ReadTx, wanted: Sequence[tuple[str, str, str]]) -> list[Pool]:
    """Those of (user_id, device_id, algorithm) that there are."""
    rows: Any = tx.all(_NEXT, pools=as_parameter((shard_of(pool[0]), *pool) for pool in wanted))
    return [Pool(*row) for row in rows]


def take(tx: WriteTx, pools: Sequence[Pool]) -> None:
    """Deletes the one-time keys that stand next in these pools."""
    names = as_parameter((*_name(pool), pool.key_id) for pool in pools)
    tx.run(_TAKE, keys=names)


def mark_fallback_used(tx: WriteTx, pools: Sequence[Pool]) -> None:
    tx.run(_MARK_USED, pools=as_parameter(_name(pool) for pool in pools))


def one_time_keys(tx: ReadTx, user_id: str, device_id: str) -> dict[tuple[str, str], bytes]:
    """By (algorithm, key_id)."""
    rows: Any = tx.all(
        sa.select(_once.algorithm, _once.key_id, _once.key).where(
            *_is_device(one_time_key, user_id, [device_id])
        )
    )
    return {(algorithm, key_id): bytes(key) for algorithm, key_id, key in rows}


def add_one_time_keys(
    tx: WriteTx, user_id: str, device_id: str, pos: int, keys: Mapping[tuple[str, str], bytes]
) -> None:
    device = _device(user_id, device_id)
    for algorithm in {algorithm for algorithm, _ in keys}:
        _open_pool(tx, device, algorithm)
    for (algorithm, key_id), key in keys.items():
        tx.insert(one_time_key, **device, algorithm=algorithm, key_id=key_id, pos=pos, key=key)


def fallback_keys(tx: ReadTx, user_id: str, device_id: str) -> dict[str, tuple[str, bytes]]:
    """(key_id, key) by algorithm."""
    rows: Any = tx.all(
        sa.select(_pool.algorithm, _pool.fallback_key_id, _pool.fallback_key).where(
            *_is_device(key_pool, user_id, [device_id]), _pool.fallback_key_id.is_not(None)
        )
    )
    return {algorithm: (key_id, bytes(key)) for algorithm, key_id, key in rows}


def put_fallback_key(
    tx: WriteTx, user_id: str, device_id: str, algorithm: str, key_id: str, key: bytes
) -> None:
    upsert(
        tx,
        key_pool,
        {**_device(user_id, device_id), "algorithm": algorithm},
        {"fallback_key_id": key_id, "fallback_key": key, "fallback_used": False},
    )


def delete(tx: WriteTx, user_id: str, device_ids: Collection[str]) -> None:
    for table in (one_time_key, key_pool):
        tx.run(sa.delete(table).where(*_is_device(table, user_id, device_ids)))


def counts(tx: ReadTx, user_id: str, device_id: str) -> list[tuple[str, int, bool]]:
    """(algorithm, one-time keys left, whether a fallback key is there and unused)."""
    rows: Any = tx.all(_COUNTS, **_device(user_id, device_id))
    return [(algorithm, count, bool(unused)) for algorithm, count, unused in rows]


def devices(tx: ReadTx) -> list[tuple[str, str]]:
    rows: Any = tx.all(sa.select(_pool.user_id, _pool.device_id).distinct())
    return [(user_id, device_id) for user_id, device_id in rows]


def _open_pool(tx: WriteTx, device: dict[str, Any], algorithm: str) -> None:
    keys = {**device, "algorithm": algorithm}
    found = sa.select(_pool.algorithm).where(*(key_pool.c[name] == keys[name] for name in keys))
    if tx.scalar(found) is None:
        tx.insert(key_pool, **keys, fallback_used=False)


def _is_device(
    table: sa.Table, user_id: str, device_ids: Collection[str]
) -> list[sa.ColumnElement[bool]]:
    return [
        table.c.shard == shard_of(user_id),
        table.c.user_id == user_id,
        table.c.device_id.in_(device_ids),
    ]
