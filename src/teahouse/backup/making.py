"""Makes a backup of a server, which may be running: the database first, then the files."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from teahouse import __version__
from teahouse.backup import manifest, snapshot
from teahouse.backup.manifest import Manifest, Problem, media_path, objects_path
from teahouse.backup.snapshot import Rest
from teahouse.kit.objects import LocalObjects, ObjectStore
from teahouse.kit.progress import Tell, from_thread

if TYPE_CHECKING:
    from teahouse.app import Teahouse

TELL_EVERY = 1_000


async def make(teahouse: Teahouse, folder: Path, tell: Tell, rest: Rest) -> Manifest:
    """Whole, and on disk, when this returns. `rest` as in snapshot.take.

    Errors: Problem when it can't be made there.
    """
    _claim(folder)
    # A file that a row of the snapshot names must be there until it was copied.
    async with teahouse.media.deletions_paused():
        now_ms = teahouse.clock.now_ms()
        told = from_thread(tell)
        taken = await teahouse.database.read_long(snapshot.take, folder, told, rest)
        objects, size_bytes = await _copy_objects(teahouse.media.contents, folder, tell)
    made = Manifest(
        manifest.FORMAT,
        taken.server_name,
        now_ms,
        __version__,
        taken.revisions,
        taken.tables,
        objects,
        size_bytes,
    )
    await asyncio.to_thread(manifest.write, folder, made)
    return made


def _claim(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise Problem(f"{folder} is not empty")
    except OSError as error:
        raise Problem(f"{folder} can't be written to: {error.strerror}") from None


async def _copy_objects(contents: ObjectStore, folder: Path, tell: Tell) -> tuple[int, int]:
    """How many there are, and their bytes. Each is hashed on the way: a damaged one is told."""
    copies = LocalObjects(media_path(folder))
    count = size_bytes = 0
    try:
        with objects_path(folder).open() as names:
            for line in names:
                name = line.rstrip("\n")
                size_bytes += await copy_object(contents, copies, name)
                count += 1
                if count % TELL_EVERY == 0:
                    tell(f"media: {count} files, {size_bytes >> 20} MiB")
    finally:
        copies.close()
    return count, size_bytes


async def copy_object(source: ObjectStore, target: ObjectStore, name: str) -> int:
    """Its size in bytes. Errors: Problem when it is not there, or is not what its name says."""
    try:
        async with target.receive(source.read(name)) as received:
            if received.name != name:
                raise Problem(f"the media file {name} is damaged")
            await received.keep()
            return received.size_bytes
    except FileNotFoundError:
        raise Problem(f"the media file {name} is missing") from None
