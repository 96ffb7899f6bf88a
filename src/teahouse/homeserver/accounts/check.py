"""Whether what is kept of accounts agrees."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from teahouse.homeserver.accounts.tables import access_token, account, profile
from teahouse.kit.database import ReadTx


def problems(tx: ReadTx) -> Iterator[str]:
    """A sentence for each thing that is wrong."""
    for table, what in ((access_token, "a token"), (profile, "a profile")):
        its_account = sa.exists().where(
            account.c.shard == table.c.shard,
            account.c.user_id == table.c.user_id,
            account.c.deactivated_at_ms.is_(None),
        )
        for user_id in tx.scalars(sa.select(table.c.user_id).where(~its_account).distinct()):
            yield f"{user_id} has {what} and no account, or one that is closed"
    closed = account.c.deactivated_at_ms.is_not(None)
    opened = sa.select(account.c.user_id).where(closed, account.c.password_hash.is_not(None))
    for user_id in tx.scalars(opened):
        yield f"{user_id} is closed and has a password"
