"""An event loop on which hours pass in a moment, and the same way each time.

Time stands still while something can be done, and jumps to the next timer when nothing can. What a
server gives to its threads is done between the turns of this loop, one thing at a time, after a
moment that the dice choose: with other dice, reads and commits meet in another order. So a seed is
all that a run depends on.
"""

from __future__ import annotations

import asyncio
import selectors
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextvars import Context
from queue import Empty, SimpleQueue
from random import Random
from threading import Semaphore
from typing import Any

from teahouse.kit.log import LogWriter
from teahouse.kit.log.writer import Change

BEGINNING_MS = 1_700_000_000_000
MOMENT_SECONDS = 0.005
HICCUP_SECONDS = 2.0
HICCUPS = 0.01
"""Of all that threads do, the part that takes long."""
APART_SECONDS = 1e-6


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """`call_soon_threadsafe` is only for a thread that this loop waits for."""

    def __init__(self, dice: Random) -> None:
        super().__init__(_Leaping(self._leap))
        self._dice = dice
        self._now = 0.0
        self._told_at = 0.0

    def time(self) -> float:
        return self._now

    def moment(self) -> float:
        longest = HICCUP_SECONDS if self._dice.random() < HICCUPS else MOMENT_SECONDS
        return self._dice.random() * longest

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        answer: asyncio.Future[Any] = self.create_future()
        self.call_later(self.moment(), self._run, answer, func, args)
        return answer

    def call_soon_threadsafe(  # type: ignore[override]
        self, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """What one thread tells arrives in order."""
        self._told_at = max(self._told_at + APART_SECONDS, self._now + self.moment())
        return self.call_at(self._told_at, callback, *args, context=context)

    def _asyncgen_finalizer_hook(self, agen: AsyncGenerator[Any, Any]) -> None:
        """The collector of garbage calls this whenever it likes: the dice must not notice."""
        self._asyncgens.discard(agen)  # type: ignore[attr-defined]
        self.call_soon(self.create_task, agen.aclose())

    def _leap(self, seconds: float) -> None:
        self._now += seconds

    def _run(
        self, answer: asyncio.Future[Any], func: Callable[..., Any], args: tuple[Any, ...]
    ) -> None:
        if answer.cancelled():
            return
        try:
            result = func(*args)
        except Exception as error:
            self.call_later(self.moment(), _settle, answer, answer.set_exception, error)
        else:
            self.call_later(self.moment(), _settle, answer, answer.set_result, result)


def _settle(answer: asyncio.Future[Any], settle: Callable[[Any], None], value: Any) -> None:
    if not answer.cancelled():
        settle(value)


class _Leaping(selectors.DefaultSelector):
    """Leaps over the time that it is told to wait."""

    def __init__(self, leap: Callable[[float], None]) -> None:
        super().__init__()
        self._leap = leap

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None:
            raise RuntimeError("nothing will ever happen any more")
        self._leap(timeout)
        return super().select(0)


class LoopClock:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def now_ms(self) -> int:
        return BEGINNING_MS + self.monotonic_ms()

    def monotonic_ms(self) -> int:
        return round(self._loop.time() * 1000)


class Turnstile:
    """Stands in the place of a log's queue: what came until a moment is one batch, and the loop
    waits until the log's thread has done with it."""

    def __init__(self, loop: VirtualTimeLoop) -> None:
        self._loop = loop
        self._held: list[Change | None] = []
        self._batches: SimpleQueue[list[Change | None]] = SimpleQueue()
        self._batch: deque[Change | None] = deque()
        self._is_at_work = False
        self._done = Semaphore(0)

    def put(self, change: Change | None) -> None:
        if change is None:
            self._let_through()
            self._batches.put([None])
            return
        if not self._held:
            self._loop.call_later(self._loop.moment(), self._let_through)
        self._held.append(change)

    def qsize(self) -> int:
        return len(self._held)

    def _let_through(self) -> None:
        if self._held:
            held, self._held = self._held, []
            self._batches.put(held)
            self._done.acquire()

    # in the log's thread

    def get(self) -> Change | None:
        if not self._batch:
            if self._is_at_work:
                self._done.release()
            self._is_at_work = True
            self._batch.extend(self._batches.get())
        return self._batch.popleft()

    def get_nowait(self) -> Change | None:
        if not self._batch:
            raise Empty
        return self._batch.popleft()


def take_turns(log: LogWriter, loop: VirtualTimeLoop) -> None:
    """Before the log is started."""
    log._queue = Turnstile(loop)  # type: ignore[assignment]
