"""What a place for files must do: a local disk does it, and an object storage."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Received:
    """Content that has arrived and is not kept yet. `name` is its SHA-256 in hexadecimal."""

    name: str
    size_bytes: int
    keep: Callable[[], Awaitable[None]]
    """Keeps it under its name, once; it is durable when this returns."""


class ObjectStore(Protocol):
    """Names are of letters, digits, `-` and `_`, and longer than four characters.

    Errors: Unavailable when the place can't be reached; FileNotFoundError when what is to be read
    is not there.
    """

    is_shared: bool
    """Whether others may keep objects in the same place."""

    def receive(self, chunks: AsyncIterator[bytes]) -> AbstractAsyncContextManager[Received]:
        """Takes content in; what has not been kept when the context ends is forgotten."""
        ...

    async def put(self, name: str, content: bytes) -> None:
        """Keeps content under a name; it is durable when this returns."""
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

    async def delete(self, names: Sequence[str]) -> None:
        """They are gone when this returns; those that were not there too."""
        ...

    def names(self) -> AsyncIterator[str]:
        """Of all that is kept, in no order; what comes or goes meanwhile may be missed."""
        ...

    def close(self) -> None: ...
