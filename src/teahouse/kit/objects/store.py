"""What a place for files must do; a local disk does it, an object storage can."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Added:
    """`name` is the SHA-256 of the content in hexadecimal."""

    name: str
    size_bytes: int


class ObjectStore(Protocol):
    """Names are of letters, digits, `-` and `_`, and longer than four characters."""

    async def add(self, chunks: AsyncIterator[bytes]) -> Added:
        """Keeps content under its own hash, once; it is on disk when this returns."""
        ...

    async def put(self, name: str, content: bytes) -> None:
        """Keeps content under a name; it is on disk when this returns."""
        ...

    async def size_bytes(self, name: str) -> int | None:
        """None when there is no such object."""
        ...

    def read(self, name: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to `stop`, which is exclusive; None is the end."""
        ...

    def local(self, name: str) -> AbstractAsyncContextManager[Path]:
        """A file with the content, for another process to read while the context lasts."""
        ...
