"""Whoever asks for much waits for themselves, and others do not."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from teahouse.kit.errors import Refused
from teahouse.kit.readers import ASKING, MAX_WAITING, MAX_WAITING_EACH, NOBODY, Readers

THREADS = 4


class Desk:
    """Reads that last until they are let go, by name."""

    def __init__(self) -> None:
        self.readers = Readers(THREADS)
        self.begun: list[str] = []
        self._let_go = threading.Semaphore(0)
        self._tasks: list[asyncio.Task[None]] = []

    async def ask(self, who: str, times: int = 1) -> list[asyncio.Task[None]]:
        tasks = [asyncio.create_task(self._ask(who)) for _ in range(times)]
        self._tasks += tasks
        await asyncio.sleep(0)
        return tasks

    async def _ask(self, who: str) -> None:
        ASKING.set(who)
        await self.readers.run(self._read, who)

    def _read(self, who: str) -> None:
        self.begun.append(who)
        self._let_go.acquire()

    async def let_go(self, count: int = 1) -> None:
        finished = sum(task.done() for task in self._tasks)
        self._let_go.release(count)
        while sum(task.done() for task in self._tasks) < finished + count:
            await asyncio.sleep(0.001)

    async def has_begun(self, count: int) -> None:
        while len(self.begun) < count:
            await asyncio.sleep(0.001)

    async def close(self) -> None:
        self._let_go.release(len(self._tasks))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.readers.close()


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk()
    yield made
    await made.close()


async def test_one_has_half_of_the_readers_and_another_reads_at_once(desk: Desk) -> None:
    await desk.ask("alice", 50)
    await desk.has_begun(2)
    await desk.ask("bob")
    await desk.has_begun(3)
    assert desk.begun == ["alice", "alice", "bob"]


async def test_who_waits_is_served_in_turn(desk: Desk) -> None:
    await desk.ask("alice", 2)
    await desk.ask("bob", 2)
    await desk.has_begun(4)
    await desk.ask("alice", 3)
    await desk.ask("bob", 2)
    await desk.ask("carol", 2)
    for done in range(11 - THREADS):
        await desk.let_go()
        await desk.has_begun(THREADS + done + 1)
    # Whose turn it is, while their share of readers lasts.
    assert sorted(desk.begun[4:7]) == ["alice", "bob", "carol"]
    assert sorted(desk.begun) == ["alice"] * 5 + ["bob"] * 4 + ["carol"] * 2


async def test_the_servers_own_work_has_no_share(desk: Desk) -> None:
    await desk.ask(NOBODY, THREADS)
    await desk.has_begun(THREADS)


async def test_what_one_waits_for_is_bounded_and_others_still_wait(desk: Desk) -> None:
    await desk.ask("alice", 2 + MAX_WAITING_EACH)
    (refused,) = await desk.ask("alice")
    await asyncio.wait([refused])
    refusal = refused.exception()
    assert isinstance(refusal, Refused)
    assert refusal.errcode == "M_LIMIT_EXCEEDED"
    await desk.ask("bob", 5)
    assert not any(task.done() for task in desk._tasks if task is not refused)


async def test_what_all_wait_for_is_bounded(desk: Desk) -> None:
    await desk.ask(NOBODY, THREADS + MAX_WAITING)
    (refused,) = await desk.ask("alice")
    await asyncio.wait([refused])
    assert isinstance(refused.exception(), Refused)


async def test_who_goes_away_holds_no_place(desk: Desk) -> None:
    await desk.ask(NOBODY, THREADS)
    gone = await desk.ask("alice", 10)
    for task in gone:
        task.cancel()
    await asyncio.gather(*gone, return_exceptions=True)
    await desk.ask("bob")
    await desk.let_go()
    await desk.has_begun(THREADS + 1)
    assert desk.begun[-1] == "bob"
