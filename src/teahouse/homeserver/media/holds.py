"""Who is using a content now, so that its file is not removed under somebody's hands.

Upload and thumbnail hold the content that they are about; whoever removes a file takes it only when
nobody holds it, and those who come meanwhile wait until it is gone.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager


class Holds:
    def __init__(self) -> None:
        self._kept: Counter[str] = Counter()
        self._leaving: dict[str, asyncio.Event] = {}

    @asynccontextmanager
    async def keeping(self, object_name: str) -> AsyncIterator[None]:
        while (leaving := self._leaving.get(object_name)) is not None:
            await leaving.wait()
        self._kept[object_name] += 1
        try:
            yield
        finally:
            self._kept[object_name] -= 1
            if not self._kept[object_name]:
                del self._kept[object_name]

    @contextmanager
    def leaving(self, object_name: str) -> Iterator[bool]:
        """Whether nobody holds it; if so, nobody can until the context ends."""
        if object_name in self._kept or object_name in self._leaving:
            yield False
            return
        gone = self._leaving[object_name] = asyncio.Event()
        try:
            yield True
        finally:
            del self._leaving[object_name]
            gone.set()
