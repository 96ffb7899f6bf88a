"""Writes a package's next migration from the difference between its tables and the database's.

Usage: python tools/migration.py PACKAGE NAME
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa
from alembic import command

from teahouse.kit.database import Database, sqlite_url
from teahouse.kit.migrations import alembic_config, folder, load_tables, upgrade
from teahouse.packages import PACKAGES


def main(package: str, name: str) -> None:
    modules = load_tables(PACKAGES)
    own = {table.name for table in vars(modules[package]).values() if isinstance(table, sa.Table)}
    migrations = folder(PACKAGES[package])
    migrations.mkdir(exist_ok=True)
    earlier = sorted(path.name[:4] for path in migrations.glob("[0-9]*.py"))
    number = int(earlier[-1]) + 1 if earlier else 1

    def include(thing: object, thing_name: str | None, kind: str, *_: object) -> bool:
        if isinstance(thing, sa.Table):
            return thing.name in own
        return True

    with tempfile.TemporaryDirectory() as scratch:
        database = Database(sqlite_url(Path(scratch)))
        with_migrations = {
            key: module for key, module in PACKAGES.items() if any(folder(module).glob("[0-9]*.py"))
        }
        if with_migrations:
            upgrade(database, with_migrations)
        with database.engine.connect() as connection:
            config = alembic_config(PACKAGES)
            config.attributes["connection"] = connection
            config.attributes["include_object"] = include
            created = command.revision(
                config,
                message=name,
                autogenerate=True,
                head=f"{package}_{earlier[-1]}" if earlier else "base",
                branch_label=None if earlier else package,
                rev_id=f"{package}_{number:04}",
                version_path=str(migrations),
            )
        database.close()
    assert created is not None
    assert not isinstance(created, list)
    path = Path(created.path)
    target = migrations / f"{number:04}_{name.replace(' ', '_')}.py"
    path = path.rename(target)
    text = "".join(line for line in path.read_text().splitlines(True) if "# ###" not in line)
    path.write_text(text, "utf-8")
    for arguments in (["check", "--fix-only", "-q"], ["format", "-q"]):
        subprocess.run([sys.executable, "-m", "ruff", *arguments, str(target)], check=True)
    print(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
