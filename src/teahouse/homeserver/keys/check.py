"""Whether what is counted of keys is right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.keys.tables import backup_key, backup_version, key_pool, one_time_key
from teahouse.kit.database import ReadTx


def problems(tx: ReadTx) -> Iterator[str]:
    """A sentence for each thing that is wrong."""
    yield from _backup_problems(tx)
    yield from _pool_problems(tx)


def _backup_problems(tx: ReadTx) -> Iterator[str]:
    counted = (
        sa.select(sa.func.count())
        .where(
            backup_key.c.shard == backup_version.c.shard,
            backup_key.c.user_id == backup_version.c.user_id,
            backup_key.c.version == backup_version.c.version,
        )
        .scalar_subquery()
    )
    columns = (backup_version.c.user_id, backup_version.c.version, backup_version.c.key_count)
    for row in tx.all(sa.select(*columns, counted.label("found"))):
        if row.key_count != row.found:
            yield (
                f"backup {row.version} of {row.user_id} counts {row.key_count} keys"
                f" and has {row.found}"
            )


def _pool_problems(tx: ReadTx) -> Iterator[str]:
    """A key that no pool knows is never claimed."""
    pool = sa.exists().where(
        key_pool.c.shard == one_time_key.c.shard,
        key_pool.c.user_id == one_time_key.c.user_id,
        key_pool.c.device_id == one_time_key.c.device_id,
        key_pool.c.algorithm == one_time_key.c.algorithm,
    )
    columns = (one_time_key.c.user_id, one_time_key.c.device_id)
    found: Any = tx.all(sa.select(*columns).where(~pool).distinct())
    for user_id, device_id in found:
        yield f"device {device_id} of {user_id} has one-time keys that can't be claimed"
