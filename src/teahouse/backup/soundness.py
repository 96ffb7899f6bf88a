"""Reads a whole backup and says what is wrong with it, before anything is touched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from teahouse.backup import manifest, rows
from teahouse.backup.manifest import Manifest, Problem, TableFile
from teahouse.kit.progress import Tell

MAX_TOLD = 20


def check(folder: Path, tell: Tell) -> Manifest:
    """The manifest of a sound backup. Errors: Problem, which names what is wrong."""
    found = manifest.read(folder)
    wrong: list[str] = []
    for problem in problems(folder, found, tell):
        wrong.append(problem)
        if len(wrong) == MAX_TOLD:
            break
    if wrong:
        raise Problem("this backup is damaged: " + "; ".join(wrong))
    return found


def problems(folder: Path, found: Manifest, tell: Tell) -> Iterator[str]:
    for name, table in found.tables.items():
        yield from _table_problems(folder, name, table)
    tell(f"{len(found.tables)} tables are sound")
    yield from _object_problems(folder, found)
    tell(f"{found.objects} media files are sound")


def _table_problems(folder: Path, name: str, table: TableFile) -> Iterator[str]:
    path = manifest.table_path(folder, name)
    try:
        if rows.sha256_of(path) != table.sha256:
            yield f"table {name} is not what was written"
            return
        read = sum(len(page) for page in rows.read(path))
    except FileNotFoundError:
        yield f"table {name} is missing"
    except Problem as problem:
        yield str(problem)
    else:
        if read != table.rows:
            yield f"table {name} has {read} rows, not {table.rows}"


def _object_problems(folder: Path, found: Manifest) -> Iterator[str]:
    names = object_names(folder)
    if len(names) != found.objects:
        yield f"it lists {len(names)} media files, not {found.objects}"
    for name in names:
        path = object_path(folder, name)
        try:
            if rows.sha256_of(path) != name:
                yield f"the media file {name} is damaged"
        except FileNotFoundError:
            yield f"the media file {name} is missing"


def object_names(folder: Path) -> list[str]:
    """Errors: Problem."""
    try:
        return manifest.objects_path(folder).read_text("ascii").split()
    except (OSError, UnicodeDecodeError):
        raise Problem("the list of media files can't be read") from None


def object_path(folder: Path, name: str) -> Path:
    return manifest.media_path(folder) / name[:2] / name[2:4] / name
