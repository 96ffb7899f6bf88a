"""The SQL of profiles."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.accounts.tables import account, profile
from teahouse.kit.database import ReadTx
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import upsert


def _of(user_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(profile.c.shard == shard_of(user_id), profile.c.user_id == user_id)


def fields(tx: ReadTx, user_id: str) -> dict[str, Any]:
    stored = tx.scalar(sa.select(profile.c.fields).where(_of(user_id)))
    return msgspec.json.decode(stored, type=dict[str, Any]) if stored else {}


def put(tx: WriteTx, user_id: str, encoded: bytes, name: str | None) -> None:
    """`name` is the display name among the fields; no database keeps a NUL in it."""
    key = {"shard": shard_of(user_id), "user_id": user_id}
    folded = None if name is None else name.casefold().replace("\0", "")
    upsert(tx, profile, key, {"fields": encoded, "folded_name": folded})


def whom_fits(tx: ReadTx, term: str, limit: int) -> list[str]:
    """Whose user ID or display name has `term` in it, in any case; reads through all names."""
    if "\0" in term:
        return []
    folded = term.casefold()
    by_name = sa.select(profile.c.user_id).where(
        profile.c.folded_name.contains(folded, autoescape=True)
    )
    by_id = sa.select(account.c.user_id).where(
        account.c.user_id.contains(folded, autoescape=True),
        account.c.deactivated_at_ms.is_(None),
    )
    both = sa.union(by_name, by_id).subquery()
    return list(tx.scalars(sa.select(both.c.user_id).order_by(both.c.user_id).limit(limit)))


def delete(tx: WriteTx, user_id: str) -> None:
    tx.run(sa.delete(profile).where(_of(user_id)))
