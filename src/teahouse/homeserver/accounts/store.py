"""The SQL of accounts."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from teahouse.homeserver.accounts.tables import account
from teahouse.kit.database import ReadTx
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import insert_if_absent


@dataclass(frozen=True, slots=True)
class Account:
    user_id: str
    password_hash: str | None
    is_admin: bool
    is_deactivated: bool


def _is(user_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(account.c.shard == shard_of(user_id), account.c.user_id == user_id)


def get(tx: ReadTx, user_id: str) -> Account | None:
    row = tx.first(sa.select(account).where(_is(user_id)))
    if row is None:
        return None
    deactivated = row.deactivated_at_ms is not None
    return Account(row.user_id, row.password_hash, row.is_admin, deactivated)


def exist_any(tx: ReadTx) -> bool:
    return tx.first(sa.select(account.c.user_id).limit(1)) is not None


def create(tx: WriteTx, user_id: str, password_hash: str | None, *, is_admin: bool) -> bool:
    """Whether the name was free."""
    return insert_if_absent(
        tx,
        account,
        shard=shard_of(user_id),
        user_id=user_id,
        password_hash=password_hash,
        is_admin=is_admin,
        created_at_ms=tx.now_ms,
        deactivated_at_ms=None,
    )


def set_password(tx: WriteTx, user_id: str, password_hash: str) -> None:
    tx.run(sa.update(account).where(_is(user_id)).values(password_hash=password_hash))


def deactivate(tx: WriteTx, user_id: str) -> None:
    tx.run(
        sa.update(account)
        .where(_is(user_id))
        .values(password_hash=None, is_admin=False, deactivated_at_ms=tx.now_ms)
    )
