"""The bus of one process: whoever follows a log hears of its commits here, on the event loop.

Only what was committed after one began to listen is told. Who must not miss anything (the outbox,
the search index, application services) keeps a durable position and reads on from it at its start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Committed:
    """What is told of each commit, in their order."""

    first_pos: int
    last_pos: int
    items: Sequence[Any]


Follower = Callable[[Committed], None]
"""Must not wait, and should be quick."""


class Bus:
    def __init__(self) -> None:
        self._listeners: list[Follower] = []
        self._wakers: list[Follower] = []

    def listen(self, listener: Follower) -> None:
        """Called before the commit's senders are answered."""
        self._listeners.append(listener)

    def wake(self, waker: Follower) -> None:
        """Called once they are answered: waking readers can wait that long."""
        self._wakers.append(waker)

    def tell(self, committed: Committed) -> None:
        for listener in self._listeners:
            listener(committed)

    def tell_readers(self, committed: Committed) -> None:
        for waker in self._wakers:
            waker(committed)
