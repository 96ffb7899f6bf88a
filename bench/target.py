"""A running server with the people and rooms that the rows have made on it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

from bench.matrix_client import MatrixClient, register
from bench.message import MessageKind
from bench.servers import Server

# Set-up is not measured; a few at a time keep it quick without a burst of hundreds.
SETUP_CONCURRENCY = 8

T = TypeVar("T")
R = TypeVar("R")


class Target:
    def __init__(self, server: Server, message: MessageKind, seconds: float | None) -> None:
        self.server = server
        self.message = message
        self.seconds = seconds or server.kind.seconds
        self._made: dict[str, Any] = {}
        self._people: list[MatrixClient] = []

    @property
    def warm_up_seconds(self) -> float:
        return self.seconds / 4

    async def once(self, key: str, make: Callable[[Target], Awaitable[T]]) -> T:
        """What `make` returned the first time: set-up shared by the rows of a family."""
        if key not in self._made:
            self._made[key] = await make(self)
        made: T = self._made[key]
        return made

    async def people(self, role: str, count: int) -> list[MatrixClient]:
        """New accounts, in no room and not yet synced."""
        people = await in_turns(self._person, [f"{role}{number}" for number in range(count)])
        self._people += people
        return people

    async def device_of(self, person: MatrixClient) -> MatrixClient:
        device = await person.new_device()
        self._people.append(device)
        return device

    def hang_up(self) -> None:
        for person in self._people:
            person.close()

    async def _person(self, name: str) -> MatrixClient:
        return await register(self.server.address, f"{name}-{secrets.token_hex(3)}")


async def in_turns(do: Callable[[T], Awaitable[R]], things: Iterable[T]) -> list[R]:
    """`do` for each thing, a few at a time; results in the order of the things."""
    limit = asyncio.Semaphore(SETUP_CONCURRENCY)

    async def one(thing: T) -> R:
        async with limit:
            return await do(thing)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(thing)) for thing in things]
    return [task.result() for task in tasks]


async def sync_to_now(people: Iterable[MatrixClient]) -> None:
    """The initial sync of those who have not had it: what they poll for then is new."""

    async def one(person: MatrixClient) -> None:
        if not person.since:
            await person.sync()

    await in_turns(one, people)
