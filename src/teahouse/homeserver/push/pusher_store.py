"""The SQL of pushers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.push.pusher_rules import Pusher, PusherKey
from teahouse.homeserver.push.tables import pusher
from teahouse.kit.database import ReadTx
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import upsert

_c = pusher.c


class Stored(msgspec.Struct, frozen=True):
    """A pusher with what the server knows of it; not active: it hears no news yet."""

    pusher: Pusher
    set_at_ms: int
    is_active: bool
    ack_hash: bytes | None
    ack_until_ms: int | None


def active(tx: ReadTx) -> list[tuple[PusherKey, Pusher]]:
    rows: Sequence[Any] = tx.all(sa.select(pusher).where(_c.is_active))
    return [(PusherKey(row.user_id, row.app_id, row.pushkey), _pusher(row)) for row in rows]


def of_user(tx: ReadTx, user_id: str) -> list[Stored]:
    mine = sa.select(pusher).where(_c.shard == shard_of(user_id), _c.user_id == user_id)
    return [_stored(row) for row in tx.all(mine.order_by(_c.app_id, _c.pushkey))]


def get(tx: ReadTx, key: PusherKey) -> Stored | None:
    row = tx.first(sa.select(pusher).where(*_is(key)))
    return None if row is None else _stored(row)


def others(tx: ReadTx, key: PusherKey) -> list[PusherKey]:
    """The same app and pushkey for other people."""
    same = sa.select(_c.user_id).where(
        _c.app_id == key.app_id, _c.pushkey == key.pushkey, _c.user_id != key.user_id
    )
    return [PusherKey(user_id, key.app_id, key.pushkey) for user_id in tx.scalars(same)]


def of_devices(tx: ReadTx, user_id: str, device_ids: Collection[str]) -> list[PusherKey]:
    rows: Sequence[Any] = tx.all(
        sa.select(_c.app_id, _c.pushkey, _c.device_id).where(
            _c.shard == shard_of(user_id), _c.user_id == user_id
        )
    )
    return [PusherKey(user_id, r.app_id, r.pushkey) for r in rows if r.device_id in device_ids]


def put(
    tx: WriteTx, key: PusherKey, device_id: str, one: Pusher, *, is_active: bool = True
) -> None:
    keys = {"shard": shard_of(key.user_id), **msgspec.structs.asdict(key)}
    values = {
        "device_id": device_id,
        "kind": one.kind,
        "app_display_name": one.app_display_name,
        "device_display_name": one.device_display_name,
        "profile_tag": one.profile_tag,
        "lang": one.lang,
        "data": msgspec.json.encode(one.data),
        "set_at_ms": tx.now_ms,
        "is_active": is_active,
    }
    upsert(tx, pusher, keys, values)


def expect_ack(tx: WriteTx, key: PusherKey, ack_hash: bytes, until_ms: int) -> None:
    values = {"ack_hash": ack_hash, "ack_until_ms": until_ms}
    tx.run(sa.update(pusher).where(*_is(key)).values(values))


def activate(tx: WriteTx, key: PusherKey) -> None:
    tx.run(sa.update(pusher).where(*_is(key)).values(is_active=True))


def delete(tx: WriteTx, key: PusherKey) -> None:
    tx.run(sa.delete(pusher).where(*_is(key)))


def _is(key: PusherKey) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _c.shard == shard_of(key.user_id),
        _c.user_id == key.user_id,
        _c.app_id == key.app_id,
        _c.pushkey == key.pushkey,
    )


def _stored(row: Any) -> Stored:
    return Stored(_pusher(row), row.set_at_ms, row.is_active, row.ack_hash, row.ack_until_ms)


def _pusher(row: Any) -> Pusher:
    return Pusher(
        app_id=row.app_id,
        pushkey=row.pushkey,
        kind=row.kind,
        app_display_name=row.app_display_name,
        device_display_name=row.device_display_name,
        lang=row.lang,
        data=msgspec.json.decode(row.data),
        profile_tag=row.profile_tag,
    )
