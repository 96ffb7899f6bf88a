"""The SQL of registration tokens: invitations to make an account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.accounts.tables import registration_token
from teahouse.kit.database import ReadTx
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of


@dataclass(frozen=True, slots=True)
class Invitation:
    """`uses_left` None: any number; `expires_at_ms` None: never."""

    token: str
    uses_left: int | None
    expires_at_ms: int | None
    makes_admin: bool

    def is_valid(self, now_ms: int) -> bool:
        return self.expires_at_ms is None or self.expires_at_ms > now_ms


def _is(token: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        registration_token.c.shard == shard_of(token), registration_token.c.token == token
    )


_SELECT = sa.select(
    registration_token.c.token,
    registration_token.c.uses_left,
    registration_token.c.expires_at_ms,
    registration_token.c.makes_admin,
)


def get(tx: ReadTx, token: str) -> Invitation | None:
    row: Any = tx.first(_SELECT.where(_is(token)))
    return Invitation(*row) if row else None


def of_operator(tx: ReadTx) -> Invitation | None:
    row: Any = tx.first(_SELECT.where(registration_token.c.makes_admin).limit(1))
    return Invitation(*row) if row else None


def add(tx: WriteTx, invitation: Invitation) -> None:
    tx.insert(
        registration_token,
        shard=shard_of(invitation.token),
        token=invitation.token,
        uses_left=invitation.uses_left,
        expires_at_ms=invitation.expires_at_ms,
        makes_admin=invitation.makes_admin,
    )


def use(tx: WriteTx, token: str) -> Invitation | None:
    """Takes one use; None when there is none left."""
    found = get(tx, token)
    if found is None or not found.is_valid(tx.now_ms):
        return None
    if found.uses_left == 1:
        tx.run(sa.delete(registration_token).where(_is(token)))
    elif found.uses_left is not None:
        fewer = sa.update(registration_token).where(_is(token))
        tx.run(fewer.values(uses_left=found.uses_left - 1))
    return found


def everything(tx: ReadTx) -> list[Invitation]:
    rows: Any = tx.all(_SELECT.order_by(registration_token.c.token))
    return [Invitation(*row) for row in rows]


def count(tx: ReadTx) -> int:
    counted: int = tx.scalar(sa.select(sa.func.count()).select_from(registration_token))
    return counted


def delete(tx: WriteTx, token: str) -> bool:
    """Whether it was there."""
    return tx.run(sa.delete(registration_token).where(_is(token))).rowcount == 1
