"""Work beside the requests, from the server's start to its end."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from contextlib import suppress

import structlog

from teahouse.kit.clock import Clock

log = structlog.get_logger(__name__)

AFTER_TROUBLE_MS = 1_000
LEAST_WAIT_MS = 50
"""Where there is always more to do, others come in between."""


class Background(ABC):
    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._work())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    @abstractmethod
    async def _work(self) -> None: ...


class Lookout(Background):
    """Looks for what is due: at `_look_at_ms`, and whenever it is woken."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._look_at_ms = 0
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """There is news, or a clock in a test has moved."""
        self._woken.set()

    @abstractmethod
    async def _look(self) -> None:
        """Does what is due, if it is time to look, and says when to look again."""

    async def _work(self) -> None:
        while True:
            self._woken.clear()
            try:
                await self._look()
            except Exception as error:
                log.warning("put off", work=type(self).__name__, reason=type(error).__name__)
                self._look_at_ms = self._clock.now_ms() + AFTER_TROUBLE_MS
            await self._wait()

    async def _wait(self) -> None:
        span_ms = max(LEAST_WAIT_MS, self._look_at_ms - self._clock.now_ms())
        with suppress(TimeoutError):
            async with asyncio.timeout(span_ms / 1000):
                await self._woken.wait()
