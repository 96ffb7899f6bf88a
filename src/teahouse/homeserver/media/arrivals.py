"""Those who asked for content that has not been uploaded yet, and wait for it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

MOST_WAITING = 2_000


class Arrivals:
    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._count = 0
        self._is_over = False

    @contextmanager
    def expecting(self, media_id: str) -> Iterator[asyncio.Event | None]:
        """What is set when it has come; None when nobody more may wait."""
        if self._is_over or self._count >= MOST_WAITING:
            yield None
            return
        event = asyncio.Event()
        self._waiting[media_id].add(event)
        self._count += 1
        try:
            yield event
        finally:
            self._count -= 1
            self._waiting[media_id].discard(event)
            if not self._waiting[media_id]:
                del self._waiting[media_id]

    def has_come(self, media_id: str) -> None:
        for event in self._waiting.get(media_id, ()):
            event.set()

    def end_waiting(self) -> None:
        """The server is about to stop: all are answered now, by what is there."""
        self._is_over = True
        for media_id in self._waiting:
            self.has_come(media_id)
