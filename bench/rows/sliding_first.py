"""Sliding sync: the first answer for a user in 1,000 rooms, with the twenty newest in view."""

from __future__ import annotations

import json
import time

from bench.figures import Outcome, cpu_each, latencies, outcome
from bench.listener import LostMessage
from bench.matrix_client import MatrixClient
from bench.message import Number
from bench.stopwatch import measured
from bench.target import Target

_ROOMS = 1_000
_WINDOW = 20
_ANSWERS = 8
_PATH = "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync?timeout=0"
_ASKED = {
    "lists": {
        "all": {
            "ranges": [[0, _WINDOW - 1]],
            "timeline_limit": 1,
            "required_state": [
                ["m.room.name", ""],
                ["m.room.avatar", ""],
                ["m.room.member", "$ME"],
            ],
        }
    }
}


class SlidingFirst:
    """Each on a new device, without anything that another answer has left."""

    name = f"sliding-first-{_ROOMS}-rooms"

    async def run(self, target: Target) -> Outcome:
        reader = await target.once("thousand rooms", _make_reader)
        devices = [await target.device_of(reader) for _ in range(_ANSWERS)]
        seconds = []
        with measured(target.server.pid) as usage:
            for device in devices:
                began = time.monotonic()
                answer = await device.post(_PATH, _ASKED)
                seconds.append(time.monotonic() - began)
                if answer["lists"]["all"]["count"] != _ROOMS or len(answer["rooms"]) != _WINDOW:
                    raise LostMessage(json.dumps(answer["lists"]))
        return outcome(
            usage,
            *latencies("answer", seconds)[:1],
            cpu_each("server CPU per answer", usage, len(seconds)),
        )


async def _make_reader(target: Target) -> MatrixClient:
    reader, friend = await target.people("thousand", 2)
    for number in range(_ROOMS):
        room_id = await friend.create_room(preset="public_chat", name=f"Room {number}")
        await reader.join(room_id)
        content = target.message.content(Number("setup", 0, number))
        await friend.send(room_id, target.message.event_type, content)
    return reader
