"""The SQL of access and refresh tokens. Only their hashes are kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.accounts.tables import access_token, account
from teahouse.kit.database import ReadTx
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of


@dataclass(frozen=True, slots=True)
class StoredToken:
    token_hash: bytes
    user_id: str
    device_id: str
    expires_at_ms: int | None
    replaces: bytes | None
    is_admin: bool
    is_guest: bool
    is_locked: bool
    is_suspended: bool


_SELECT = sa.select(
    access_token.c.token_hash,
    access_token.c.user_id,
    access_token.c.device_id,
    access_token.c.expires_at_ms,
    access_token.c.replaces,
    account.c.is_admin,
    account.c.is_guest,
    account.c.locked_at_ms.is_not(None).label("is_locked"),
    account.c.suspended_at_ms.is_not(None).label("is_suspended"),
).join(
    account,
    sa.and_(account.c.shard == access_token.c.shard, account.c.user_id == access_token.c.user_id),
)


def find(tx: ReadTx, shard: int, token_hash: bytes) -> StoredToken | None:
    return _found(tx, shard, access_token.c.token_hash == token_hash)


def find_by_refresh(tx: ReadTx, shard: int, refresh_hash: bytes) -> StoredToken | None:
    return _found(tx, shard, access_token.c.refresh_hash == refresh_hash)


def _found(tx: ReadTx, shard: int, same: sa.ColumnElement[bool]) -> StoredToken | None:
    row: Any = tx.first(_SELECT.where(access_token.c.shard == shard, same))
    return StoredToken(*row) if row else None


def add(
    tx: WriteTx,
    user_id: str,
    device_id: str,
    token_hash: bytes,
    *,
    expires_at_ms: int | None,
    refresh_hash: bytes | None,
    replaces: bytes | None,
) -> None:
    tx.insert(
        access_token,
        shard=shard_of(user_id),
        token_hash=token_hash,
        user_id=user_id,
        device_id=device_id,
        expires_at_ms=expires_at_ms,
        refresh_hash=refresh_hash,
        replaces=replaces,
    )


def keep_for_good(tx: WriteTx, shard: int, token_hash: bytes) -> bool:
    """From now on it replaces nothing. False when it is gone."""
    mine = (access_token.c.shard == shard, access_token.c.token_hash == token_hash)
    return tx.run(sa.update(access_token).where(*mine).values(replaces=None)).rowcount == 1


def delete(tx: WriteTx, shard: int, token_hash: bytes) -> list[bytes]:
    return _deleted(tx, shard, access_token.c.token_hash == token_hash)


def delete_replacements(tx: WriteTx, old: StoredToken) -> list[bytes]:
    """Deletes what an earlier refresh of this token gave and nobody used."""
    given = sa.and_(
        access_token.c.user_id == old.user_id, access_token.c.replaces == old.token_hash
    )
    return _deleted(tx, shard_of(old.user_id), given)


def delete_of_devices(tx: WriteTx, user_id: str, device_ids: Collection[str]) -> list[bytes]:
    of_devices = sa.and_(
        access_token.c.user_id == user_id, access_token.c.device_id.in_(device_ids)
    )
    return _deleted(tx, shard_of(user_id), of_devices)


def _deleted(tx: WriteTx, shard: int, which: sa.ColumnElement[bool]) -> list[bytes]:
    """The hashes of the tokens that were there and now are not."""
    gone = tx.run(
        sa.delete(access_token)
        .where(access_token.c.shard == shard, which)
        .returning(access_token.c.token_hash)
    )
    return [bytes(token_hash) for token_hash in gone.scalars()]
