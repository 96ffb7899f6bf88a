"""What stands in a backup, and how it is known to be whole."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

FORMAT = 1
NAME = "manifest.json"


class Problem(RuntimeError):
    """In words for the operator."""


class TableFile(msgspec.Struct, frozen=True):
    columns: list[str]
    rows: int
    sha256: str
    """Of the file as it is on disk."""


class Manifest(msgspec.Struct, frozen=True):
    format: int
    server_name: str
    made_at_ms: int
    program: str
    """The version that made it."""
    revisions: list[str]
    """Of the schema: the newest migration of each package."""
    tables: dict[str, TableFile]
    objects: int
    object_bytes: int

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())


def table_path(folder: Path, table: str) -> Path:
    return folder / "tables" / f"{table}.rows.gz"


def media_path(folder: Path) -> Path:
    return folder / "media"


def objects_path(folder: Path) -> Path:
    """The names of all media content, one a line."""
    return folder / "objects.txt"


def write(folder: Path, manifest: Manifest) -> None:
    """On disk when this returns."""
    encoded = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    with (folder / f"{NAME}.new").open("xb") as file:
        file.write(encoded + b"\n")
        file.flush()
        os.fsync(file.fileno())
    (folder / f"{NAME}.new").rename(folder / NAME)
    sync_folder(folder)


def read(folder: Path) -> Manifest:
    """Errors: Problem."""
    try:
        manifest = msgspec.json.decode((folder / NAME).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise Problem(f"{folder} is no backup, or one that was not finished") from None
    except (OSError, msgspec.DecodeError) as error:
        raise Problem(f"{folder / NAME} can't be read: {type(error).__name__}") from None
    if manifest.format != FORMAT:
        raise Problem(f"this backup has format {manifest.format}, this program reads {FORMAT}")
    return manifest


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
