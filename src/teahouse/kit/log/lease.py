"""Whose a log is: the writer of the newest epoch in its head row."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from teahouse.kit.database import Database
from teahouse.kit.log.tables import log_head, log_shard
from teahouse.kit.shards import SHARDS


def take_lease(connection: Connection, name: str) -> tuple[int, int, int]:
    """(head, epoch, floor), with the epoch moved on; creates the log when it is not there."""
    lease = connection.execute(
        sa.update(log_head)
        .where(log_head.c.log == name)
        .values(epoch=log_head.c.epoch + 1)
        .returning(log_head.c.pos, log_head.c.epoch, log_head.c.floor)
    ).first()
    if lease is not None:
        return lease.pos, lease.epoch, lease.floor
    connection.execute(sa.insert(log_head).values(log=name, pos=0, epoch=1, floor=0))
    connection.execute(
        sa.insert(log_shard), [{"shard": shard, "log": name} for shard in range(SHARDS)]
    )
    return 0, 1, 0


def stored_pos(database: Database, name: str, epoch: int) -> int | None:
    """Where the head row stands; None when nobody can tell, or the log is another writer's.

    For update: a commit that the database is still busy with holds the row's lock.
    """
    mine = sa.and_(log_head.c.log == name, log_head.c.epoch == epoch)
    try:
        with database.snapshot() as tx:
            pos: int | None = tx.scalar(sa.select(log_head.c.pos).where(mine).with_for_update())
            return pos
    except sa.exc.DBAPIError:
        return None
