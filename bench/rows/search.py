"""Finding a word that few messages have among very many."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass

from bench.figures import Outcome, cpu_each, latencies, outcome
from bench.listener import LostMessage
from bench.matrix_client import MatrixClient
from bench.stopwatch import measured
from bench.target import Target

_SENDERS = 32
_SEARCHES = 40
_MANY = 100_000
"""More messages than this are copies, where a server is slow to be told them."""
_COPIES = 100
_SETTLE_SECONDS = 15
_EVERY = 1_000
"""One message in so many has the word."""
_SAID = "the kettle is on, come down to the river market before the rain, number {}"
_FOUND = "the kettle is on, and I have brought longjing for number {}"


@dataclass(frozen=True, slots=True)
class Archive:
    reader: MatrixClient
    hits: int


class Search:
    """Messages by 32 senders in a room each; who searches is in all of them."""

    def __init__(self, messages: int) -> None:
        self.name = f"search-{messages}-messages"
        self._messages = messages

    async def run(self, target: Target) -> Outcome:
        archive = await target.once(self.name, self._fill)
        seconds: list[float] = []
        with measured(target.server.pid) as usage:
            for _ in range(_SEARCHES):
                began = time.monotonic()
                await _search(archive)
                seconds.append(time.monotonic() - began)
        return outcome(
            usage,
            *latencies("answer", seconds)[:2],
            cpu_each("server CPU per search", usage, len(seconds)),
        )

    async def _fill(self, target: Target) -> Archive:
        (reader,) = await target.people("reader", 1)
        senders = await target.people("writer", _SENDERS)
        is_copied = self._messages > _MANY and target.server.kind.copy_messages is not None
        times = _COPIES if is_copied else 1
        each = self._messages // _SENDERS // times

        async def write(me: int, sender: MatrixClient, room_id: str) -> None:
            for seq in range(each):
                number = me * each + seq
                text = (_SAID if number % _EVERY else _FOUND).format(number)
                content = json.dumps({"msgtype": "m.text", "body": text}).encode()
                await sender.send(room_id, "m.room.message", content)

        room_ids = [await sender.create_room(preset="public_chat") for sender in senders]
        for room_id in room_ids:
            await reader.join(room_id)
        async with asyncio.TaskGroup() as group:
            for me, (sender, room_id) in enumerate(zip(senders, room_ids, strict=True)):
                group.create_task(write(me, sender, room_id))
        archive = Archive(reader, -(-each * _SENDERS // _EVERY) * times)
        if is_copied:
            target.hang_up()
            await target.server.copy_messages(times, room_ids)
        while await _search(archive, at_least=0) < archive.hits:  # noqa: ASYNC110 (indexing)
            await asyncio.sleep(1)
        # What has no hit in it may still be on its way into the index.
        await asyncio.sleep(_SETTLE_SECONDS)
        return archive


async def _search(archive: Archive, *, at_least: int | None = None) -> int:
    """How many were found in all. Errors: LostMessage when fewer than there are."""
    events = {"search_term": "longjing", "order_by": "recent", "filter": {"limit": 10}}
    answer = await archive.reader.post("/search", {"search_categories": {"room_events": events}})
    count: int = answer["search_categories"]["room_events"]["count"]
    if count < (archive.hits if at_least is None else at_least):
        raise LostMessage(f"{count} found in place of {archive.hits}")
    return count
