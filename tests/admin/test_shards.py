"""The shard stands first in every key, and a row that stands in another is found."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from teahouse import config
from teahouse.check import CHECKS
from teahouse.kit.database import Database, ReadTx, database_url, metadata
from teahouse.kit.migrations import load_tables
from teahouse.kit.shard_check import identifier
from teahouse.packages import PACKAGES
from tests.admin.test_check import fill

load_tables(PACKAGES)
TABLES = metadata.sorted_tables
WITHOUT = {"log_head", "log_commit", "server"}
"""What is of a log, or of the server that a database is bound to."""
UNCHECKED = {"log_shard", "media_total", "search_progress", "vapid_key", "once_result"}
"""One row a shard or one in all; and what is kept under a hash."""


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_shard_stands_first_in_every_key(table: sa.Table) -> None:
    keys = [list(table.primary_key.columns)]
    keys += [list(index.columns) for index in table.indexes if index.unique]
    for key in keys:
        assert (key[0].name == "shard") == (table.name not in WITHOUT)
    assert (identifier(table) is not None) == (table.name not in WITHOUT | UNCHECKED)


async def test_a_row_in_the_wrong_shard_is_named_in_each_table(settings: config.Config) -> None:
    await fill(settings)
    database = Database(database_url(settings.database, settings.data))
    found = set()
    for table in TABLES:
        if identifier(table) is None:
            continue
        with database.engine.connect().execution_options(writes=True) as connection:
            transaction = connection.begin()
            if connection.execute(
                sa.update(table).values(shard=(table.c.shard + 128) % 256)
            ).rowcount:
                named = list(CHECKS["shards"](ReadTx(connection)))
                assert named
                assert all(one.startswith(f"table {table.name}: ") for one in named)
                found.add(table.name)
            transaction.rollback()
    database.close()
    assert {"event", "relation", "room", "unread_mark", "backup_key", "access_token"} <= found
