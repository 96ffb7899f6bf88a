"""A room of 5,000 joined members: what one more message, member and first sync cost."""

from __future__ import annotations

import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote

from bench.crowd import Crowd
from bench.figures import Figure, Outcome, latencies, outcome
from bench.matrix_client import MatrixClient
from bench.message import Number
from bench.stopwatch import measured
from bench.target import Target

_MEMBERS = 5_000
_SENDS = 400
_JOINS = 20
_FIRST_SYNCS = 8
_LAZY = quote('{"room":{"state":{"lazy_load_members":true}}}', safe="")


@dataclass(frozen=True, slots=True)
class Square:
    owner: MatrixClient
    room_id: str
    outsiders: list[str]


class BigRoom:
    name = f"room-{_MEMBERS}"

    async def run(self, target: Target) -> Outcome:
        square = await target.once("big room", _make_square)
        crowd = Crowd(target.server.address)
        run = secrets.token_hex(3)
        devices = [await target.device_of(square.owner) for _ in range(_FIRST_SYNCS)]
        joining = [square.outsiders.pop() for _ in range(_JOINS)]

        async def send(seq: int) -> None:
            content = target.message.content(Number(run, 0, seq))
            await square.owner.send(square.room_id, target.message.event_type, content)

        async def join(turn: int) -> None:
            await crowd.join(square.room_id, [joining[turn]])

        async def first_sync(turn: int) -> None:
            await devices[turn].get(f"/sync?timeout=0&filter={_LAZY}")

        with measured(target.server.pid) as usage:
            sends = await _timed(send, _SENDS)
            joins = await _timed(join, _JOINS)
            syncs = await _timed(first_sync, _FIRST_SYNCS)
        return outcome(usage, *_medians(send=sends, join=joins, first_sync=syncs))


async def _timed(do: Callable[[int], Awaitable[None]], times: int) -> list[float]:
    seconds = []
    for turn in range(times):
        began = time.monotonic()
        await do(turn)
        seconds.append(time.monotonic() - began)
    return seconds


def _medians(**seconds: list[float]) -> list[Figure]:
    return [latencies(name.replace("_", " "), each)[0] for name, each in seconds.items()]


async def _make_square(target: Target) -> Square:
    (owner,) = await target.people("square", 1)
    room_id = await owner.create_room(preset="public_chat", name="The square")
    crowd = Crowd(target.server.address)
    rounds = 10
    people = await crowd.register(_MEMBERS + _JOINS * rounds)
    await crowd.join(room_id, people[: _MEMBERS - 1])
    return Square(owner, room_id, people[_MEMBERS - 1 :])
