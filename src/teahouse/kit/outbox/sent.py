"""Deletes what was sent: what many queues have sent meanwhile is one change of the log."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from teahouse.kit.log import LogWriter
from teahouse.kit.outbox import store
from teahouse.kit.outbox.item import Item

ITEMS_A_CHANGE = 1_000


class SentItems:
    def __init__(self, log: LogWriter) -> None:
        self._log = log
        self._waiting: list[tuple[Sequence[Item], asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def delete(self, items: Sequence[Item]) -> None:
        """Returns when that is durable. Errors: Unavailable and M_LIMIT_EXCEEDED of the log."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((items, done))
        if self._task is None:
            self._task = asyncio.create_task(self._work())
        await done

    async def _work(self) -> None:
        try:
            while some := self._take():
                items = [item for batch, _ in some for item in batch]
                try:
                    await self._log.submit(partial(store.delete_sent, sent=items))
                except Exception as error:
                    _tell([done for _, done in some], error)
                else:
                    _tell([done for _, done in some], None)
        finally:
            self._task = None

    def _take(self) -> list[tuple[Sequence[Item], asyncio.Future[None]]]:
        count = size = 0
        for count, (batch, _) in enumerate(self._waiting, 1):  # noqa: B007 - used below
            size += len(batch)
            if size >= ITEMS_A_CHANGE:
                break
        some, self._waiting = self._waiting[:count], self._waiting[count:]
        return some


def _tell(waiting: Sequence[asyncio.Future[None]], error: Exception | None) -> None:
    for done in waiting:
        if done.done():
            continue
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)
