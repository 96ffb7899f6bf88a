"""32 senders with nobody syncing, closed loop: a send begins when the one before is answered."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field

from bench.figures import Outcome, cpu_each, latencies, outcome, rate
from bench.matrix_client import MatrixClient
from bench.message import Number
from bench.stopwatch import measured
from bench.target import Target, in_turns

_SENDERS = 32


@dataclass(slots=True)
class Tally:
    is_open: bool = False
    is_ending: bool = False
    seconds: list[float] = field(default_factory=list)


class Senders:
    """Each in a room of its own, or all in one."""

    def __init__(self, *, in_one_room: bool) -> None:
        self.name = f"senders-{_SENDERS}" + ("-one-room" if in_one_room else "")
        self._in_one_room = in_one_room

    async def run(self, target: Target) -> Outcome:
        people = await target.once("senders", lambda t: t.people("sender", _SENDERS))
        room_ids = await (self._one_room if self._in_one_room else self._own_rooms)(target, people)
        tally, run = Tally(), secrets.token_hex(3)
        async with asyncio.TaskGroup() as group:
            for me, (person, room_id) in enumerate(zip(people, room_ids, strict=True)):
                group.create_task(_send(target, tally, person, room_id, Number(run, me, 0)))
            await asyncio.sleep(target.warm_up_seconds)
            with measured(target.server.pid) as usage:
                tally.is_open = True
                await asyncio.sleep(target.seconds)
                tally.is_open = False
            tally.is_ending = True
        count = len(tally.seconds)
        return outcome(
            usage,
            rate("sends", count, usage.wall_s),
            *latencies("answer", tally.seconds),
            cpu_each("server CPU per send", usage, count),
        )

    async def _own_rooms(self, target: Target, people: list[MatrixClient]) -> list[str]:
        async def make(_: Target) -> list[str]:
            return await in_turns(lambda each: each.create_room(preset="private_chat"), people)

        return await target.once("senders' own rooms", make)

    async def _one_room(self, target: Target, people: list[MatrixClient]) -> list[str]:
        async def make(_: Target) -> list[str]:
            room_id = await people[0].create_room(preset="public_chat")
            await in_turns(lambda each: each.join(room_id), people[1:])
            return [room_id] * len(people)

        return await target.once("senders' one room", make)


async def _send(
    target: Target, tally: Tally, person: MatrixClient, room_id: str, first: Number
) -> None:
    seq = first.seq
    while not tally.is_ending:
        content = target.message.content(Number(first.run, first.sender, seq))
        sent_at = time.monotonic()
        await person.send(room_id, target.message.event_type, content)
        if tally.is_open:
            tally.seconds.append(time.monotonic() - sent_at)
        seq += 1
