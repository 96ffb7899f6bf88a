"""Objects on a local disk, in folders of two levels by the first letters of their names.

A file appears under its name only once its bytes are on disk, and what keeps it returns only once
the name is on disk too: write aside, fsync, rename, fsync the folder.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from itertools import islice
from pathlib import Path

from teahouse.kit.objects.chunks import read_chunks
from teahouse.kit.objects.incoming import Incoming, Spool, one_chunk
from teahouse.kit.objects.names import NAME, checked
from teahouse.kit.objects.store import Received

INCOMING = "incoming"
NAMES_A_TRIP = 1_000


class LocalObjects:
    is_shared = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._spool = Spool(folder / INCOMING)
        for made in (folder, folder.parent, folder.parent.parent):
            _sync_folder(made)

    @asynccontextmanager
    async def receive(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[Received]:
        async with self._spool.receive(chunks) as incoming:
            name = incoming.digest
            yield Received(name, incoming.size_bytes, partial(self._keep, incoming, name))

    async def put(self, name: str, content: bytes) -> None:
        async with self._spool.receive(one_chunk(content)) as incoming:
            await self._keep(incoming, name)

    async def size_bytes(self, name: str) -> int | None:
        return await self._spool.run(_size_bytes, self._path(name))

    def read(self, name: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        return read_chunks(self._path(name), start, stop)

    @asynccontextmanager
    async def local(self, name: str) -> AsyncIterator[Path]:
        yield self._path(name)

    async def delete(self, names: Sequence[str]) -> None:
        await self._spool.run(_delete, [self._path(name) for name in names])

    async def names(self) -> AsyncIterator[str]:
        found = _names(self._folder)
        while some := await self._spool.run(_some, found):
            for name in some:
                yield name

    def close(self) -> None:
        self._spool.close()

    async def _keep(self, incoming: Incoming, name: str) -> None:
        await self._spool.run(_keep, incoming, self._path(name), self._folder)

    def _path(self, name: str) -> Path:
        checked(name)
        return self._folder / name[:2] / name[2:4] / name


def _keep(incoming: Incoming, target: Path, root: Path) -> None:
    incoming.sync()
    _make_folders(target.parent, root)
    # The same content may be there already: replacing it with itself changes nothing for
    # those who read it, and its folder may not be on disk yet.
    incoming.path.rename(target)
    _sync_folder(target.parent)


def _delete(paths: Sequence[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
    for folder in {path.parent for path in paths if path.parent.is_dir()}:
        _sync_folder(folder)


def _names(folder: Path) -> Iterator[str]:
    for path in folder.glob("??/??/*"):
        if NAME.fullmatch(path.name):
            yield path.name


def _some(names: Iterator[str]) -> list[str]:
    return list(islice(names, NAMES_A_TRIP))


def _make_folders(folder: Path, root: Path) -> None:
    """Creates the folders between `root` and `folder`, on disk.

    Another upload may have made one a moment ago and not have synced it, so each is synced.
    """
    if folder == root:
        return
    _make_folders(folder.parent, root)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _size_bytes(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None
