"""The SQL of devices."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.devices.tables import device
from teahouse.kit.database import ReadTx
from teahouse.kit.listed import as_parameter, is_listed
from teahouse.kit.log import WriteTx
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import insert_if_absent


@dataclass(frozen=True, slots=True)
class Device:
    """`last_seen_ms` and `last_seen_ip` are a few minutes behind."""

    device_id: str
    display_name: str | None
    last_seen_ms: int | None
    last_seen_ip: str | None


_SELECT = sa.select(
    device.c.device_id, device.c.display_name, device.c.last_seen_ms, device.c.last_seen_ip
)


def _of(user_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(device.c.shard == shard_of(user_id), device.c.user_id == user_id)


def _device(row: Any) -> Device:
    return Device(*row)


def create(
    tx: WriteTx, user_id: str, device_id: str, display_name: str | None, address: str
) -> bool:
    """Whether the device is new; one that is there keeps its name."""
    return insert_if_absent(
        tx,
        device,
        shard=shard_of(user_id),
        user_id=user_id,
        device_id=device_id,
        display_name=display_name,
        last_seen_ms=tx.now_ms,
        last_seen_ip=address,
        created_at_ms=tx.now_ms,
    )


def all_of(tx: ReadTx, user_id: str) -> list[Device]:
    rows = tx.all(_SELECT.where(_of(user_id)).order_by(device.c.created_at_ms, device.c.device_id))
    return [_device(row) for row in rows]


def get(tx: ReadTx, user_id: str, device_id: str) -> Device | None:
    row = tx.first(_SELECT.where(_of(user_id), device.c.device_id == device_id))
    return _device(row) if row else None


def rename(tx: WriteTx, user_id: str, device_id: str, display_name: str | None) -> bool:
    """Whether the device is there."""
    named = sa.update(device).where(_of(user_id), device.c.device_id == device_id)
    return tx.run(named.values(display_name=display_name)).rowcount == 1


def delete(tx: WriteTx, user_id: str, device_ids: Collection[str]) -> list[str]:
    """The devices that were there and now are not."""
    gone = tx.run(
        sa.delete(device)
        .where(_of(user_id), device.c.device_id.in_(device_ids))
        .returning(device.c.device_id)
    )
    return list(gone.scalars())


def beyond_newest(tx: ReadTx, user_id: str, most: int, *, kept: str) -> list[str]:
    """What is too much when a user may have `most` devices: those seen longest ago, not `kept`."""
    count = tx.scalar(sa.select(sa.func.count()).select_from(device).where(_of(user_id)))
    if count <= most:
        return []
    seen_longest_ago = (
        sa.select(device.c.device_id)
        .where(_of(user_id), device.c.device_id != kept)
        .order_by(device.c.last_seen_ms, device.c.device_id)
        .limit(count - most)
    )
    return list(tx.scalars(seen_longest_ago))


def set_last_seen(
    tx: WriteTx, user_id: str, device_id: str, last_seen_ms: int, last_seen_ip: str
) -> None:
    its_row = sa.update(device).where(_of(user_id), device.c.device_id == device_id)
    tx.run(its_row.values(last_seen_ms=last_seen_ms, last_seen_ip=last_seen_ip))


_DISPLAY_NAMES = Prepared(
    sa.select(device.c.user_id, device.c.device_id, device.c.display_name).where(
        is_listed("users", device.c.shard, device.c.user_id)
    )
)


def display_names(tx: ReadTx, user_ids: Iterable[str]) -> dict[tuple[str, str], str | None]:
    users = as_parameter((shard_of(user_id), user_id) for user_id in user_ids)
    rows: Any = tx.all(_DISPLAY_NAMES, users=users)
    return {(user_id, device_id): name for user_id, device_id, name in rows}
