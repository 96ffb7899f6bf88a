"""Content that is arriving: written aside and hashed, in pieces, off the event loop."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

WRITERS = 4
WRITE_BYTES = 512 << 10


class Incoming:
    """A file that is being written aside. Used from one thread at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
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

    def sync(self) -> None:
        os.fsync(self._file.fileno())

    def discard(self) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)


class Spool:
    """A folder for what is arriving, and the threads that write there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names = count()
        self._writers = ThreadPoolExecutor(WRITERS, thread_name_prefix="objects")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for abandoned in folder.iterdir():
            abandoned.unlink()

    @asynccontextmanager
    async def receive(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[Incoming]:
        """All the chunks in one file, which is removed in the end unless it was moved away."""
        incoming = await self.run(Incoming, self._folder / str(next(self._names)))
        try:
            async for piece in _pieces(chunks):
                await self.run(incoming.write, piece)
            yield incoming
        finally:
            # Shielded, so that a cancelled request leaves no file open and none behind.
            await asyncio.shield(self.run(incoming.discard))

    async def run(self, function: Callable[..., T], *args: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writers, function, *args)

    def close(self) -> None:
        self._writers.shutdown(wait=True)


async def one_chunk(content: bytes) -> AsyncIterator[bytes]:
    yield content


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
