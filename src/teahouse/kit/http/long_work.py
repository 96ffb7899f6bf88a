"""Answers to work of minutes: lines of JSON that tell how far it is, the outcome in the last one.

    {"progress": "table event: 5000 rows"}
    {"result": {...}}, or, as a refusal has it, {"errcode": "M_UNKNOWN", "error": "..."}

Where the last line is missing, the server stopped before the work was done.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec

from teahouse.kit.http.reply import FileReply
from teahouse.kit.http.server import refusal_of
from teahouse.kit.progress import Tell

LINES = "application/x-ndjson"

Work = Callable[[Tell], Awaitable[dict[str, Any]]]


class LongWork:
    def __init__(self) -> None:
        self._working: set[asyncio.Task[bytes]] = set()

    def answer(self, operation: str, work: Work) -> FileReply:
        """Whoever hangs up hears of nothing more; the work is done all the same."""
        return FileReply(self._lines(operation, work), None, LINES)

    async def stop(self) -> None:
        """Ends what is being done: long work must not hold the server up."""
        for task in self._working:
            task.cancel()
        await asyncio.gather(*self._working, return_exceptions=True)

    async def _lines(self, operation: str, work: Work) -> AsyncIterator[bytes]:
        lines: asyncio.Queue[bytes | None] = asyncio.Queue()

        def tell(progress: str) -> None:
            lines.put_nowait(_line({"progress": progress}))

        def done(task: asyncio.Task[bytes]) -> None:
            self._working.discard(task)
            lines.put_nowait(None if task.cancelled() else task.result())
            lines.put_nowait(None)

        task = asyncio.create_task(_outcome(operation, work, tell))
        self._working.add(task)
        task.add_done_callback(done)
        while (line := await lines.get()) is not None:
            yield line


async def _outcome(operation: str, work: Work, tell: Tell) -> bytes:
    try:
        return _line({"result": await work(tell)})
    except Exception as error:
        return _line(refusal_of(error, operation).body())


def _line(value: dict[str, Any]) -> bytes:
    return msgspec.json.encode(value) + b"\n"
