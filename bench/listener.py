"""A user's long-poll loop, and a crowd of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

from bench.matrix_client import MatrixClient
from bench.message import Number, number_in

_DRAIN_TIMEOUT_S = 60.0


class LostMessage(Exception):
    """A message never came, came twice, or came out of order."""


class Listener:
    """Tells `hear` each message of others in run `run`, in timeline order."""

    def __init__(self, client: MatrixClient, run: str, hear: Callable[[Number], None]) -> None:
        self.limited_count = 0
        self._client = client
        self._run = run
        self._hear = hear

    async def listen(self) -> None:
        """Polls until cancelled; each poll is made with the token of the answer before."""
        client = self._client
        while True:
            reply = await client.sync()
            for room in reply.rooms.join.values():
                self.limited_count += room.timeline.limited
                for event in room.timeline.events:
                    if event.sender != client.user_id:
                        self._tell(bytes(event.content))

    def _tell(self, content: bytes) -> None:
        number = number_in(content)
        if number is not None and number.run == self._run:
            self._hear(number)


@asynccontextmanager
async def listening(listeners: Iterable[Listener]) -> AsyncIterator[asyncio.TaskGroup]:
    """All listeners poll inside; a failure of one, or of a task added, ends it all."""
    async with asyncio.TaskGroup() as group:
        polls = [group.create_task(listener.listen()) for listener in listeners]
        yield group
        for poll in polls:
            poll.cancel()


async def until(what: str, reached: Callable[[], bool]) -> None:
    """Waits for messages that are under way; lets the listeners run meanwhile."""
    deadline = asyncio.get_running_loop().time() + _DRAIN_TIMEOUT_S
    while not reached():
        if asyncio.get_running_loop().time() > deadline:
            raise LostMessage(what)
        await asyncio.sleep(0.02)
