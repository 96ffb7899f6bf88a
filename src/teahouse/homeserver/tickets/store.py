"""The SQL of tickets."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from teahouse.homeserver.tickets.kinds import Kind
from teahouse.homeserver.tickets.tables import ticket
from teahouse.kit.database import ReadTx
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of

_c = ticket.c


def _is(kind: Kind, shard: int, token_hash: bytes, now_ms: int) -> sa.ColumnElement[bool]:
    return sa.and_(
        _c.shard == shard,
        _c.token_hash == token_hash,
        _c.kind == kind.value,
        _c.expires_at_ms > now_ms,
    )


def add(
    tx: WriteTx, kind: Kind, user_id: str, device_id: str, token_hash: bytes, expires_at_ms: int
) -> None:
    tx.insert(
        ticket,
        shard=shard_of(user_id),
        token_hash=token_hash,
        kind=kind.value,
        user_id=user_id,
        device_id=device_id,
        expires_at_ms=expires_at_ms,
    )


def owner(tx: ReadTx, kind: Kind, shard: int, token_hash: bytes, now_ms: int) -> str | None:
    found: str | None = tx.scalar(sa.select(_c.user_id).where(_is(kind, shard, token_hash, now_ms)))
    return found


def take(tx: WriteTx, kind: Kind, shard: int, token_hash: bytes) -> str | None:
    """Whose it was; now it is gone."""
    taken = sa.delete(ticket).where(_is(kind, shard, token_hash, tx.now_ms)).returning(_c.user_id)
    found: str | None = tx.run(taken).scalar()
    return found


def delete_of_devices(tx: WriteTx, user_id: str, device_ids: Collection[str]) -> None:
    mine = (_c.shard == shard_of(user_id), _c.user_id == user_id)
    tx.run(sa.delete(ticket).where(*mine, _c.device_id.in_(device_ids)))
