"""Puts a backup into an empty place.

All of the database comes in one transaction: what breaks off leaves nothing behind. The schema is
first made as the backup's was, filled, and then brought to this program's, as an update would.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from teahouse.backup import rows, soundness
from teahouse.backup.anew import begin_anew
from teahouse.backup.making import copy_object
from teahouse.backup.manifest import Manifest, Problem, media_path, table_path
from teahouse.config import Config
from teahouse.kit.clock import SystemClock
from teahouse.kit.database import Database, database_url
from teahouse.kit.migrations import load_tables, migrate
from teahouse.kit.objects import LocalObjects, open_objects
from teahouse.kit.progress import Tell
from teahouse.packages import PACKAGES

TELL_EVERY = 1_000


async def restore(folder: Path, config: Config, tell: Tell) -> Manifest:
    """The data folder must be locked by the caller.

    Errors: Problem when the backup is damaged, or the place is not empty.
    """
    load_tables(PACKAGES)
    database = Database(database_url(config.database, config.data))
    try:
        _check_empty(database)
        manifest = soundness.check(folder, tell)
        await _copy_objects(folder, config, tell)
        with (
            database.engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            _load(connection, folder, manifest, tell)
    finally:
        database.close()
    return manifest


def _check_empty(database: Database) -> None:
    with database.engine.connect() as connection:
        if sa.inspect(connection).get_table_names():
            raise Problem("there is a database already; a backup is restored into an empty place")


async def _copy_objects(folder: Path, config: Config, tell: Tell) -> None:
    """Content that is there already is the same: its name is its hash."""
    source = LocalObjects(media_path(folder))
    target = open_objects(config.objects, config.data / "media", "content")
    try:
        for count, name in enumerate(soundness.object_names(folder), 1):
            await copy_object(source, target, name)
            if count % TELL_EVERY == 0:
                tell(f"media: {count} files")
    finally:
        source.close()
        target.close()


def _load(connection: sa.Connection, folder: Path, manifest: Manifest, tell: Tell) -> None:
    migrate(connection, PACKAGES, manifest.revisions)
    for name, table in manifest.tables.items():
        _insert(connection, name, table.columns, rows.read(table_path(folder, name)))
        if table.rows:
            tell(f"table {name}: {table.rows} rows")
    migrate(connection, PACKAGES)
    begin_anew(connection, SystemClock().now_ms())


def _insert(
    connection: sa.Connection, name: str, columns: list[str], pages: Iterator[list[list[Any]]]
) -> None:
    """Past SQLAlchemy: values are as the drivers take them, and there may be many millions."""
    known = sa.inspect(connection)
    if not known.has_table(name):
        raise Problem(f"this program has no table {name}")
    there = {column["name"] for column in known.get_columns(name)}
    if not there.issuperset(columns):
        raise Problem(f"table {name} has other columns here")
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    # The names are those of the schema: they were just compared with it.
    statement = (
        f"INSERT INTO {name} ({', '.join(columns)})"  # noqa: S608
        f" VALUES ({', '.join([mark] * len(columns))})"
    )
    # Some migrations begin with rows of their own; the backup has them, too.
    connection.exec_driver_sql(f"DELETE FROM {name}")  # noqa: S608
    cursor = connection.connection.cursor()
    try:
        for page in pages:
            cursor.executemany(statement, page)
    finally:
        cursor.close()
