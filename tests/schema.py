"""A database with all tables, and how to empty it again."""

from __future__ import annotations

import psycopg

from teahouse.kit.database import Database, metadata
from teahouse.kit.migrations import load_tables, upgrade
from teahouse.packages import PACKAGES


def migrate(url: str) -> None:
    load_tables(PACKAGES)
    database = Database(url)
    upgrade(database, PACKAGES)
    database.close()


def empty(postgres_url: str) -> None:
    """Takes all rows away. Whoever is still connected is thrown out first."""
    with psycopg.connect(postgres_url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.execute("; ".join(f'DELETE FROM "{table}"' for table in metadata.tables))
