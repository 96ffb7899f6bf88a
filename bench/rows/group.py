"""A group of 100 who all sync. Senders send as soon as the send before is answered.

A delivery is one event received by one member other than its sender. Events that a member
was not given, because its timeline was cut (`limited`), are no deliveries.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field

from bench.figures import Outcome, cpu_each, latencies, outcome, rate
from bench.listener import Listener, LostMessage, listening, until
from bench.matrix_client import MatrixClient
from bench.message import Number
from bench.stopwatch import measured
from bench.target import Target, in_turns, sync_to_now

_MEMBERS = 100


@dataclass(frozen=True, slots=True)
class Room:
    room_id: str
    members: list[MatrixClient]


@dataclass(slots=True)
class Talk:
    """`sent_at[sender][seq]` is when that message was sent; every member's is heard into here."""

    run: str
    sent_at: list[list[float]]
    is_open: bool = False
    is_ending: bool = False
    deliveries: int = 0
    seconds: list[float] = field(default_factory=list)

    def note_delivery(self, number: Number) -> None:
        self.deliveries += 1
        if self.is_open:
            self.seconds.append(time.monotonic() - self.sent_at[number.sender][number.seq])


class Ear:
    """Checks that one member hears each sender's messages once and in order."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._last_seq = [-1] * len(talk.sent_at)

    def hear(self, number: Number) -> None:
        if number.seq <= self._last_seq[number.sender]:
            raise LostMessage(f"{number} after {self._last_seq[number.sender]}")
        self._last_seq[number.sender] = number.seq
        self._talk.note_delivery(number)

    def has_heard(self, number: Number) -> bool:
        return self._last_seq[number.sender] >= number.seq


class Group:
    def __init__(self, senders: int) -> None:
        self.name = f"group-{_MEMBERS}-senders-{senders}"
        self._senders = senders

    async def run(self, target: Target) -> Outcome:
        room = await target.once("group", _make_room)
        talk = Talk(secrets.token_hex(3), [[] for _ in range(self._senders)])
        ears = [Ear(talk) for _ in room.members]
        listeners = [
            Listener(member, talk.run, ear.hear)
            for member, ear in zip(room.members, ears, strict=True)
        ]
        async with listening(listeners) as group:
            senders = [
                group.create_task(_talk(target, room, talk, me)) for me in range(self._senders)
            ]
            await asyncio.sleep(target.warm_up_seconds)
            with measured(target.server.pid) as usage:
                talk.is_open = True
                await asyncio.sleep(target.seconds)
                talk.is_open = False
            talk.is_ending = True
            await asyncio.gather(*senders)
            last = [await _say(target, room, talk, me) for me in range(self._senders)[:2]]
            await until("the last messages of the group", lambda: _all_heard(ears, last))
        count = len(talk.seconds)
        return outcome(
            usage,
            rate("deliveries", count, usage.wall_s),
            cpu_each("server CPU per delivery", usage, count),
            *latencies("send-to-receive", talk.seconds),
            notes=_skipped(talk, sum(listener.limited_count for listener in listeners)),
        )


def _all_heard(ears: list[Ear], last: list[Number]) -> bool:
    """Whoever heard the last words of two senders was given, or skipped, all before them."""
    return all(
        ear.has_heard(number)
        for me, ear in enumerate(ears)
        for number in last
        if number.sender != me
    )


async def _talk(target: Target, room: Room, talk: Talk, me: int) -> None:
    while not talk.is_ending:
        await _say(target, room, talk, me)


async def _say(target: Target, room: Room, talk: Talk, me: int) -> Number:
    number = Number(talk.run, me, len(talk.sent_at[me]))
    talk.sent_at[me].append(time.monotonic())
    await room.members[me].send(
        room.room_id, target.message.event_type, target.message.content(number)
    )
    return number


def _skipped(talk: Talk, limited_count: int) -> list[str]:
    expected = sum(map(len, talk.sent_at)) * (_MEMBERS - 1)
    skipped = expected - talk.deliveries
    if skipped and not limited_count:
        raise LostMessage(f"{skipped} deliveries, though no timeline was limited")
    return [f"{skipped / expected:.1%} skipped by limited timelines"] if skipped else []


async def _make_room(target: Target) -> Room:
    members = await target.people("member", _MEMBERS)
    room_id = await members[0].create_room(preset="public_chat", name="Group")
    await in_turns(lambda member: member.join(room_id), members[1:])
    await sync_to_now(members)
    return Room(room_id, members)
