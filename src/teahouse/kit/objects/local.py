"""Objects on a local disk, in folders of two levels by the first letters of their names.

A file appears under its name only once its bytes are on disk, and `add` and `put` return only once
the name is on disk too: write aside, fsync, rename, fsync the folder.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from teahouse.kit.objects.chunks import read_chunks
from teahouse.kit.objects.store import Added
from teahouse.kit.secrets import random_string

T = TypeVar("T")

NAME = re.compile(r"[A-Za-z0-9_-]{5,200}")
WRITERS = 4
WRITE_BYTES = 512 << 10
INCOMING = "incoming"


class LocalObjects:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / INCOMING
        self._writers = ThreadPoolExecutor(WRITERS, thread_name_prefix="objects")
        self._incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        for made in (folder, folder.parent, folder.parent.parent):
            _sync_folder(made)
        for abandoned in self._incoming.iterdir():
            abandoned.unlink()

    async def add(self, chunks: AsyncIterator[bytes]) -> Added:
        return await self._keep(chunks, None)

    async def put(self, name: str, content: bytes) -> None:
        async def whole() -> AsyncIterator[bytes]:
            yield content

        await self._keep(whole(), name)

    async def size_bytes(self, name: str) -> int | None:
        return await self._run(_size_bytes, self._path(name))

    def read(self, name: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        return read_chunks(self._path(name), start, stop)

    @asynccontextmanager
    async def local(self, name: str) -> AsyncIterator[Path]:
        yield self._path(name)

    def close(self) -> None:
        self._writers.shutdown(wait=True)

    async def _keep(self, chunks: AsyncIterator[bytes], name: str | None) -> Added:
        incoming = await self._run(Incoming, self._incoming / random_string(24))
        try:
            async for piece in _pieces(chunks):
                await self._run(incoming.write, piece)
            added = Added(name or incoming.digest, incoming.size_bytes)
            await self._run(incoming.keep, self._path(added.name), self._folder)
        finally:
            # Shielded, so that a cancelled request leaves no file open and none behind.
            await asyncio.shield(self._run(incoming.discard))
        return added

    def _path(self, name: str) -> Path:
        if NAME.fullmatch(name) is None:
            raise ValueError("not an object's name")
        return self._folder / name[:2] / name[2:4] / name

    async def _run(self, function: Callable[..., T], *args: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writers, function, *args)


class Incoming:
    """A file that is being written aside. Used from one thread at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("xb", 0)
        self._hash = hashlib.sha256()
        self.size_bytes = 0

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()

    def write(self, piece: bytes) -> None:
        self._file.write(piece)
        self._hash.update(piece)
        self.size_bytes += len(piece)

    def keep(self, target: Path, root: Path) -> None:
        os.fsync(self._file.fileno())
        _make_folders(target.parent, root)
        # The same content may be there already: replacing it with itself changes nothing for
        # those who read it, and its folder may not be on disk yet.
        self._path.rename(target)
        _sync_folder(target.parent)

    def discard(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)


async def _pieces(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The chunks in larger pieces: each is one trip to a writer's thread."""
    waiting = bytearray()
    async for chunk in chunks:
        waiting += chunk
        if len(waiting) >= WRITE_BYTES:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


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
