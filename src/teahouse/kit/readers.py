"""Threads that read for many, in turn: whoever asks for much waits for themselves.

Who asks is the account of a request, or its address; the request's task knows it, so that it need
not be passed through everything that reads. The server's own work asks as nobody.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import TypeVar

from teahouse.kit.errors import limit_exceeded
from teahouse.kit.metrics import LIMITED

T = TypeVar("T")

MAX_WAITING = 20_000
MAX_WAITING_EACH = 200
"""Of one who asks."""
RETRY_MS = 1000

NOBODY = ""
ASKING: ContextVar[str] = ContextVar("asking", default=NOBODY)


class Readers:
    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="reader")
        self._free = threads
        self._most_each = max(1, threads // 2)
        self._reading: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._waiting_count = 0

    async def run(self, function: Callable[..., T], *args: object) -> T:
        """Runs it in a thread when it is this one's turn.

        Errors: M_LIMIT_EXCEEDED when too much waits already, of this one or in all.
        """
        who = ASKING.get()
        if self._may_begin(who):
            self._begin(who)
        else:
            await self._turn(who)
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._pool, function, *args)
        finally:
            self._end(who)

    def close(self) -> None:
        self._pool.shutdown(wait=True)

    def _may_begin(self, who: str) -> bool:
        return self._free > 0 and (who == NOBODY or self._reading[who] < self._most_each)

    def _begin(self, who: str) -> None:
        self._free -= 1
        self._reading[who] += 1

    def _end(self, who: str) -> None:
        self._free += 1
        self._reading[who] -= 1
        if not self._reading[who]:
            del self._reading[who]
        self._next()

    async def _turn(self, who: str) -> None:
        waiting = self._waiting.get(who)
        is_full = waiting is not None and who != NOBODY and len(waiting) >= MAX_WAITING_EACH
        if is_full or self._waiting_count >= MAX_WAITING:
            LIMITED.labels("reads").inc()
            raise limit_exceeded(RETRY_MS)
        if waiting is None:
            waiting = self._waiting[who] = deque()
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting.append(turn)
        self._waiting_count += 1
        try:
            await turn
        except asyncio.CancelledError:
            # It may have been given the turn at the same moment.
            if turn.done() and not turn.cancelled():
                self._end(who)
            raise

    def _next(self) -> None:
        """Gives free threads to who has waited longest since their last turn."""
        while self._free:
            who = next((one for one in self._waiting if self._may_begin(one)), None)
            if who is None:
                return
            waiting = self._waiting.pop(who)
            turn = waiting.popleft()
            self._waiting_count -= 1
            if waiting:
                self._waiting[who] = waiting
            if not turn.done():
                self._begin(who)
                turn.set_result(None)
