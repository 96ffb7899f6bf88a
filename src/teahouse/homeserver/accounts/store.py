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
    is_guest: bool = False
    is_locked: bool = False
    is_suspended: bool = False


def _is(user_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(account.c.shard == shard_of(user_id), account.c.user_id == user_id)


def get(tx: ReadTx, user_id: str) -> Account | None:
    row = tx.first(sa.select(account).where(_is(user_id)))
    if row is None:
        return None
    return Account(
        row.user_id,
        row.password_hash,
        row.is_admin,
        is_deactivated=row.deactivated_at_ms is not None,
        is_guest=row.is_guest,
        is_locked=row.locked_at_ms is not None,
        is_suspended=row.suspended_at_ms is not None,
    )


def exist_any(tx: ReadTx) -> bool:
    return tx.first(sa.select(account.c.user_id).limit(1)) is not None


def create(
    tx: WriteTx,
    user_id: str,
    password_hash: str | None,
    *,
    is_admin: bool = False,
    is_guest: bool = False,
) -> bool:
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
        is_guest=is_guest,
        locked_at_ms=None,
        suspended_at_ms=None,
    )


def set_password(tx: WriteTx, user_id: str, password_hash: str) -> None:
    tx.run(sa.update(account).where(_is(user_id)).values(password_hash=password_hash))


def deactivate(tx: WriteTx, user_id: str) -> None:
    tx.run(
        sa.update(account)
        .where(_is(user_id))
        .values(password_hash=None, is_admin=False, deactivated_at_ms=tx.now_ms)
    )


def set_locked(tx: WriteTx, user_id: str, locked: bool) -> None:
    at_ms = tx.now_ms if locked else None
    tx.run(sa.update(account).where(_is(user_id)).values(locked_at_ms=at_ms))


def locked(tx: ReadTx) -> list[str]:
    return list(tx.scalars(sa.select(account.c.user_id).where(account.c.locked_at_ms.is_not(None))))


def set_suspended(tx: WriteTx, user_id: str, suspended: bool) -> None:
    at_ms = tx.now_ms if suspended else None
    tx.run(sa.update(account).where(_is(user_id)).values(suspended_at_ms=at_ms))


@dataclass(frozen=True, slots=True)
class Guest:
    user_id: str
    created_at_ms: int


def guests(tx: ReadTx, after: tuple[int, str], before_ms: int, limit: int) -> list[Guest]:
    """Who came as a guest before `before_ms`, the oldest first; `after` is (when, who)."""
    order = (account.c.created_at_ms, account.c.user_id)
    rows = tx.all(
        sa.select(account.c.user_id, account.c.created_at_ms)
        .where(
            account.c.is_guest,
            account.c.deactivated_at_ms.is_(None),
            account.c.created_at_ms < before_ms,
            sa.tuple_(*order) > sa.tuple_(*after),
        )
        .order_by(*order)
        .limit(limit)
    )
    return [Guest(row.user_id, row.created_at_ms) for row in rows]


def end_being_guest(tx: WriteTx, user_id: str, password_hash: str | None) -> None:
    """From now on it is an account as others have."""
    whole = {"is_guest": False, "password_hash": password_hash}
    tx.run(sa.update(account).where(_is(user_id)).values(**whole))
