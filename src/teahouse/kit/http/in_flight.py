"""Large answers that clients have not taken yet: they are held in memory, so they are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from teahouse.kit.errors import limit_exceeded
from teahouse.kit.metrics import LIMITED
from teahouse.kit.readers import ASKING

PIECE_BYTES = 64 << 10
"""Answers up to this size go out at once and are not counted."""
MAX_EACH_BYTES = 32 << 20
"""Of one account or address; a single answer may be larger."""
MAX_BYTES = 256 << 20
RETRY_MS = 5_000


class InFlight:
    def __init__(self) -> None:
        self._held: Counter[str] = Counter()
        self.held_bytes = 0

    def check(self, size_bytes: int = 0) -> None:
        """Whether there is room for one more. Errors: M_LIMIT_EXCEEDED."""
        if not self.held_bytes:
            return
        mine = self._held[ASKING.get()]
        if (mine and mine + size_bytes > MAX_EACH_BYTES) or (
            size_bytes > PIECE_BYTES and self.held_bytes + size_bytes > MAX_BYTES
        ):
            LIMITED.labels("answers").inc()
            raise limit_exceeded(RETRY_MS)

    async def send(
        self, send: Callable[[dict[str, Any]], Awaitable[None]], message: dict[str, Any]
    ) -> None:
        """A body in pieces, each when the client has taken the one before."""
        body, who = memoryview(message["body"]), ASKING.get()
        self._held[who] += len(body)
        self.held_bytes += len(body)
        try:
            for begin in range(0, len(body), PIECE_BYTES):
                end = begin + PIECE_BYTES
                more = end < len(body) or message.get("more_body", False)
                await send({**message, "body": body[begin:end], "more_body": more})
        finally:
            self.held_bytes -= len(body)
            self._held[who] -= len(body)
            if not self._held[who]:
                del self._held[who]
