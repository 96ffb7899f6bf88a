"""A user in 200 rooms, each with one other member and a few messages."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from bench.figures import Outcome, cpu_each, latencies, outcome
from bench.listener import LostMessage
from bench.matrix_client import MatrixClient
from bench.message import Number, number_in
from bench.stopwatch import measured
from bench.sync_reply import SyncReply
from bench.target import Target, sync_to_now

_ROOMS = 200
_MESSAGES = 3
_INITIAL_SYNCS = 8


@dataclass(frozen=True, slots=True)
class Home:
    reader: MatrixClient
    friend: MatrixClient
    room_ids: list[str]


class InitialSync:
    """Each on a new device, so that no answer kept for an earlier one is given again."""

    name = "initial-sync-200-rooms"

    async def run(self, target: Target) -> Outcome:
        home = await target.once("many rooms", make_home)
        devices = [await target.device_of(home.reader) for _ in range(_INITIAL_SYNCS)]
        seconds = []
        with measured(target.server.pid) as usage:
            for device in devices:
                began = time.monotonic()
                reply = await device.sync()
                seconds.append(time.monotonic() - began)
                if len(reply.rooms.join) != _ROOMS:
                    raise LostMessage(f"{len(reply.rooms.join)} rooms in place of {_ROOMS}")
        return outcome(
            usage,
            *latencies("answer", seconds)[:1],
            cpu_each("server CPU per sync", usage, len(seconds)),
        )


class IncrementalSync:
    """One new message in one of the rooms; timed is the sync that brings it."""

    name = "incremental-sync-200-rooms"

    async def run(self, target: Target) -> Outcome:
        home = await target.once("many rooms", make_home)
        run = secrets.token_hex(3)
        seconds: list[float] = []
        await caught_up(target, home)
        with measured(target.server.pid) as usage:
            end = time.monotonic() + target.seconds / 2
            while time.monotonic() < end:
                number = Number(run, 0, len(seconds) + 1)
                room_id = await _say(target, home, number)
                asked = time.monotonic()
                reply = await home.reader.sync()
                seconds.append(time.monotonic() - asked)
                if list(reply.rooms.join) != [room_id] or _numbers(reply) != [number]:
                    raise LostMessage(f"{number} is not what the sync brought: {reply}")
        return outcome(usage, *latencies("answer", seconds))


def _numbers(reply: SyncReply) -> list[Number | None]:
    return [
        number_in(bytes(event.content))
        for room in reply.rooms.join.values()
        for event in room.timeline.events
    ]


async def caught_up(target: Target, home: Home) -> None:
    """Reads past what set-up left, such as news of the reader's own devices."""
    number = Number(secrets.token_hex(3), 0, 0)
    await _say(target, home, number)
    while number not in _numbers(await home.reader.sync()):
        pass


async def _say(target: Target, home: Home, number: Number) -> str:
    """Each message in the next room; returns which."""
    room_id = home.room_ids[number.seq % _ROOMS]
    await home.friend.send(room_id, target.message.event_type, target.message.content(number))
    return room_id


async def make_home(target: Target) -> Home:
    reader, friend = await target.people("home", 2)
    home = Home(reader, friend, [])
    for number in range(_ROOMS):
        room_id = await friend.create_room(preset="public_chat", name=f"Room {number}")
        await reader.join(room_id)
        home.room_ids.append(room_id)
    for seq in range(_MESSAGES * _ROOMS):
        await _say(target, home, Number("setup", 0, seq))
    await sync_to_now([reader])
    return home
