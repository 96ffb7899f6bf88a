"""All accounts, in pages: for whoever runs the server.

The order is that of the key, so that a page is one range of an index.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.accounts.profiles import NAME, PICTURE
from teahouse.homeserver.accounts.tables import account, profile
from teahouse.kit.database import ReadTx
from teahouse.kit.shards import shard_of


@dataclass(frozen=True, slots=True)
class Listed:
    user_id: str
    display_name: str | None
    avatar_url: str | None
    is_admin: bool
    is_guest: bool
    is_deactivated: bool
    is_locked: bool
    is_suspended: bool
    created_at_ms: int


_SAME = sa.and_(profile.c.shard == account.c.shard, profile.c.user_id == account.c.user_id)
_SELECT = sa.select(account, profile.c.fields).select_from(account.outerjoin(profile, _SAME))


def page(tx: ReadTx, *, after: str | None, limit: int, name: str = "") -> list[Listed]:
    """At most `limit` accounts after the one called `after`; with `name`, whose ID has it."""
    wanted = _SELECT.order_by(account.c.shard, account.c.user_id).limit(limit)
    if after is not None:
        shard = shard_of(after)
        same_shard = sa.and_(account.c.shard == shard, account.c.user_id > after)
        wanted = wanted.where(sa.or_(account.c.shard > shard, same_shard))
    if name:
        wanted = wanted.where(account.c.user_id.contains(name.lower(), autoescape=True))
    return [_listed(row) for row in tx.all(wanted)]


def one(tx: ReadTx, user_id: str) -> Listed | None:
    mine = (account.c.shard == shard_of(user_id), account.c.user_id == user_id)
    row = tx.first(_SELECT.where(*mine))
    return None if row is None else _listed(row)


def counts(tx: ReadTx) -> dict[str, int]:
    """Of accounts in use, of those that are closed, and of guests."""
    closed = account.c.deactivated_at_ms.is_not(None)
    rows: Any = tx.all(
        sa.select(closed, account.c.is_guest, sa.func.count()).group_by(closed, account.c.is_guest)
    )
    found = {"users": 0, "deactivated_users": 0, "guests": 0}
    for is_closed, is_guest, count in rows:
        kind = "deactivated_users" if is_closed else "guests" if is_guest else "users"
        found[kind] += count
    return found


def _listed(row: sa.Row[Any]) -> Listed:
    fields = msgspec.json.decode(row.fields, type=dict[str, Any]) if row.fields else {}
    return Listed(
        row.user_id,
        fields.get(NAME),
        fields.get(PICTURE),
        row.is_admin,
        row.is_guest,
        row.deactivated_at_ms is not None,
        row.locked_at_ms is not None,
        row.suspended_at_ms is not None,
        row.created_at_ms,
    )
