"""Memory goes back to the system when there is time for it."""

from __future__ import annotations

import asyncio
from random import Random

from teahouse.kit import heap
from tests.virtual_time import VirtualTimeLoop


def test_memory_is_trimmed_once_after_each_time_of_work() -> None:
    answered, trims = 0, []

    async def work(requests: int) -> None:
        nonlocal answered
        for _ in range(requests):
            answered += 1
            await asyncio.sleep(heap.QUIET_SECONDS / 2)

    async def live() -> None:
        trimming = asyncio.create_task(
            heap.trim_when_quiet(lambda: answered, lambda: trims.append(answered))
        )
        await asyncio.sleep(60)
        assert trims == [], "nothing has been done yet"
        await work(100)
        assert trims == [], "there is work to do"
        await asyncio.sleep(60)
        assert trims == [100]
        await work(10)
        await asyncio.sleep(60)
        assert trims == [100, 110]
        trimming.cancel()

    with asyncio.Runner(loop_factory=lambda: VirtualTimeLoop(Random(1))) as runner:
        runner.run(live())


def test_trimming_does_no_harm() -> None:
    heap.trim()
