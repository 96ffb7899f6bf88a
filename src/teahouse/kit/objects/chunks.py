"""A file's bytes in pieces, read off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

CHUNK_BYTES = 256 << 10


async def read_chunks(path: Path, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
    """The bytes from `start` up to `stop`, which is exclusive; None is the end."""
    file = await asyncio.to_thread(path.open, "rb", 0)
    try:
        if start:
            file.seek(start)
        left = stop - start if stop is not None else None
        while left is None or left > 0:
            size = CHUNK_BYTES if left is None else min(CHUNK_BYTES, left)
            chunk = await asyncio.to_thread(file.read, size)
            if not chunk:
                return
            if left is not None:
                left -= len(chunk)
            yield chunk
    finally:
        file.close()


async def begun(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same chunks, the first of them read already: what can't be read is known now."""
    try:
        first = await anext(chunks)
    except StopAsyncIteration:
        first = b""
    return _and_more(first, chunks)


async def _and_more(first: bytes, more: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    if first:
        yield first
    async for chunk in more:
        yield chunk
