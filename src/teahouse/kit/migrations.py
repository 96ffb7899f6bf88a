"""Brings a database to the newest schema. Each package keeps its own branch of migrations.

A migration is `<package>/migrations/NNNN_name.py` with revision `<package>_NNNN`, so that the
newest revisions are known from the file names alone: a server on a current database starts
without loading Alembic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import sqlalchemy as sa

from teahouse.kit.database import Database

if TYPE_CHECKING:
    from alembic.config import Config


def upgrade(database: Database, packages: Mapping[str, str]) -> None:
    """Errors: RuntimeError when the database is newer than this program."""
    wanted = {newest(name, folder(module)) for name, module in packages.items()}
    with database.engine.connect().execution_options(writes=True) as connection:
        found = _stored(connection)
        if found == wanted:
            return
        _refuse_newer(found, packages)
        with connection.begin():
            migrate(connection, packages)


def stored_revisions(connection: sa.Connection) -> set[str]:
    """The newest migration of each package that this database has; none without a schema."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return set()
    return set(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars())


def migrate(
    connection: sa.Connection, packages: Mapping[str, str], revisions: Sequence[str] = ("heads",)
) -> None:
    """Up to these revisions, in the transaction at hand.

    Errors: RuntimeError when one of them is newer than this program.
    """
    _refuse_newer(set(revisions) - {"heads"}, packages)
    from alembic import command

    config = alembic_config(packages)
    config.attributes["connection"] = connection
    for revision in revisions:
        command.upgrade(config, revision)


def folder(module: str) -> Path:
    return Path(str(files(module))) / "migrations"


def newest(name: str, migrations: Path) -> str:
    last = max(path.name for path in migrations.glob("[0-9]*.py"))
    return f"{name}_{last[:4]}"


def load_tables(packages: Mapping[str, str]) -> dict[str, ModuleType]:
    return {name: import_module(f"{module}.tables") for name, module in packages.items()}


def alembic_config(packages: Mapping[str, str]) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "alembic"))
    locations = [str(folder(module)) for module in packages.values()]
    config.set_main_option("version_locations", "\n".join(locations))
    config.set_main_option("path_separator", "newline")
    return config


def _stored(connection: sa.Connection) -> set[str]:
    with connection.begin():
        return stored_revisions(connection)


def _refuse_newer(found: set[str], packages: Mapping[str, str]) -> None:
    known = {
        f"{name}_{path.name[:4]}"
        for name, module in packages.items()
        for path in folder(module).glob("[0-9]*.py")
    }
    if found - known:
        raise RuntimeError(f"the database is newer than this program: {sorted(found - known)}")
