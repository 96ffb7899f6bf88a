"""The pictures that people show of themselves, for whoever deletes what nobody uses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.accounts.tables import profile
from teahouse.kit.database import ReadTx

PROFILES_A_PAGE = 500

Place = tuple[int, str]


class _Shown(msgspec.Struct):
    avatar_url: Any = None


def pictures_in_use(tx: ReadTx, after: Place) -> tuple[Sequence[str], Place | None]:
    """Addresses of a page of profiles, and where the next one begins, if there is one."""
    rows = tx.all(
        sa.select(profile.c.shard, profile.c.user_id, profile.c.fields)
        .where(sa.tuple_(profile.c.shard, profile.c.user_id) > sa.tuple_(*after))
        .order_by(profile.c.shard, profile.c.user_id)
        .limit(PROFILES_A_PAGE)
    )
    shown = (msgspec.json.decode(row.fields, type=_Shown).avatar_url for row in rows)
    is_last = len(rows) < PROFILES_A_PAGE
    return [url for url in shown if isinstance(url, str)], None if is_last else (
        rows[-1].shard,
        rows[-1].user_id,
    )
