"""The database's part of a backup: every table, as of one moment."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from teahouse.backup import rows
from teahouse.backup.manifest import TableFile, objects_path, sync_folder, table_path
from teahouse.homeserver.media.tables import media
from teahouse.homeserver.server.tables import server
from teahouse.kit.database import ReadTx, metadata
from teahouse.kit.progress import Tell

PAGE_ROWS = 200

Rest = Callable[[float], None]
"""(seconds that a page took): what is done before the next."""

_OBJECTS = sa.select(media.c.object).where(media.c.object.is_not(None)).distinct()


@dataclass(frozen=True, slots=True)
class Snapshot:
    server_name: str
    revisions: list[str]
    tables: dict[str, TableFile]


def rest_as_long(seconds: float) -> None:
    """Beside people, who come first."""
    time.sleep(seconds)


def go_on(_seconds: float) -> None:
    """Where nobody waits for anything."""


def take(tx: ReadTx, folder: Path, tell: Tell, rest: Rest) -> Snapshot:
    """Blocks for as long as it takes. What the database commits meanwhile is not in it."""
    (folder / "tables").mkdir(mode=0o700)
    tables = {}
    for name in sorted(metadata.tables):
        tables[str(name)] = _table(tx, metadata.tables[name], folder, rest)
        if tables[name].rows:
            tell(f"table {name}: {tables[name].rows} rows")
    _list_objects(tx, folder)
    revisions = tx.scalars(sa.text("SELECT version_num FROM alembic_version"))
    name = tx.scalar(sa.select(server.c.name))
    sync_folder(folder / "tables")
    return Snapshot(name, sorted(revisions), tables)


def _table(tx: ReadTx, table: sa.Table, folder: Path, rest: Rest) -> TableFile:
    columns = [str(column.name) for column in table.columns]
    pages = _resting(tx.pages(sa.select(table), PAGE_ROWS), rest)
    return rows.write(table_path(folder, table.name), columns, pages)


def _resting(pages: Iterator[rows.Rows], rest: Rest) -> Iterator[rows.Rows]:
    started = time.monotonic()
    for page in pages:
        yield page
        rest(time.monotonic() - started)
        started = time.monotonic()


def _list_objects(tx: ReadTx, folder: Path) -> None:
    with objects_path(folder).open("x") as file:
        for page in tx.pages(_OBJECTS, PAGE_ROWS):
            file.writelines(f"{row[0]}\n" for row in page)
        file.flush()
        os.fsync(file.fileno())
