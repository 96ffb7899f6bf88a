"""The SQL of the addresses that accounts have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from teahouse.homeserver.threepids.tables import email_address
from teahouse.kit.database import ReadTx
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of

_c = email_address.c


@dataclass(frozen=True, slots=True)
class Kept:
    address: str
    validated_at_ms: int
    added_at_ms: int


def _is(address: str) -> sa.ColumnElement[bool]:
    return sa.and_(_c.shard == shard_of(address), _c.address == address)


def owner(tx: ReadTx, address: str) -> str | None:
    found: str | None = tx.scalar(sa.select(_c.user_id).where(_is(address)))
    return found


def of_user(tx: ReadTx, user_id: str) -> Sequence[Kept]:
    """Oldest first."""
    select = sa.select(_c.address, _c.validated_at_ms, _c.added_at_ms)
    rows = tx.all(select.where(_c.user_id == user_id).order_by(_c.added_at_ms, _c.address))
    return [Kept(row.address, row.validated_at_ms, row.added_at_ms) for row in rows]


def add(tx: WriteTx, user_id: str, address: str, validated_at_ms: int) -> None:
    tx.insert(
        email_address,
        shard=shard_of(address),
        address=address,
        user_id=user_id,
        validated_at_ms=validated_at_ms,
        added_at_ms=tx.now_ms,
    )


def delete(tx: WriteTx, user_id: str, address: str) -> None:
    tx.run(sa.delete(email_address).where(_is(address), _c.user_id == user_id))


def delete_all(tx: WriteTx, user_id: str) -> None:
    tx.run(sa.delete(email_address).where(_c.user_id == user_id))
