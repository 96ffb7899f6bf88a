"""1:1 chats, closed loop: A sends, B receives by long poll and answers, A receives, and so on."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from functools import partial

from bench.figures import Outcome, cpu_each, latencies, outcome, rate
from bench.listener import Listener, LostMessage, listening, until
from bench.matrix_client import MatrixClient
from bench.message import Number
from bench.stopwatch import measured
from bench.target import Target, in_turns, sync_to_now

_MOST_PAIRS = 50


@dataclass(frozen=True, slots=True)
class Chat:
    room_id: str
    people: tuple[MatrixClient, MatrixClient]


@dataclass(slots=True)
class Tally:
    """Send-to-receive times of the messages received while it is open."""

    is_open: bool = False
    seconds: list[float] = field(default_factory=list)


class Game:
    """One chat's ball: exactly one message is under way, until `stop`."""

    def __init__(self, chat: Chat, target: Target, run: str, tally: Tally) -> None:
        self.chat = chat
        self.is_over = False
        self._stopping = False
        self._message = target.message
        self._run = run
        self._tally = tally
        self._seq = 0
        self._sent_at = 0.0
        self._turns = (asyncio.Event(), asyncio.Event())
        self._turns[0].set()

    def listeners(self) -> list[Listener]:
        return [
            Listener(person, self._run, partial(self._hear, me))
            for me, person in enumerate(self.chat.people)
        ]

    def stop(self) -> None:
        self._stopping = True

    async def play(self, me: int) -> None:
        """Sends whenever it is my turn. A send begins after my one before was answered."""
        turn, person = self._turns[me], self.chat.people[me]
        while True:
            await turn.wait()
            turn.clear()
            content = self._message.content(Number(self._run, me, self._seq))
            self._sent_at = time.monotonic()
            await person.send(self.chat.room_id, self._message.event_type, content)

    def _hear(self, me: int, number: Number) -> None:
        if number != Number(self._run, 1 - me, self._seq):
            raise LostMessage(f"{number} in place of {self._seq}")
        if self._tally.is_open:
            self._tally.seconds.append(time.monotonic() - self._sent_at)
        self._seq += 1
        if self._stopping:
            self.is_over = True
        else:
            self._turns[me].set()


class Pairs:
    def __init__(self, count: int) -> None:
        self.name = f"pairs-{count}"
        self._count = count

    async def run(self, target: Target) -> Outcome:
        chats = (await target.once("chats", _make_chats))[: self._count]
        tally, run = Tally(), secrets.token_hex(3)
        games = [Game(chat, target, run, tally) for chat in chats]
        async with listening([one for game in games for one in game.listeners()]) as group:
            players = [group.create_task(game.play(me)) for game in games for me in (0, 1)]
            await asyncio.sleep(target.warm_up_seconds)
            with measured(target.server.pid) as usage:
                tally.is_open = True
                await asyncio.sleep(target.seconds)
                tally.is_open = False
            for game in games:
                game.stop()
            await until("the last message of a pair", lambda: all(g.is_over for g in games))
            for player in players:
                player.cancel()
        count = len(tally.seconds)
        return outcome(
            usage,
            rate("messages", count, usage.wall_s),
            *latencies("send-to-receive", tally.seconds),
            cpu_each("server CPU per message", usage, count),
        )


async def _make_chats(target: Target) -> list[Chat]:
    people = await target.people("pair", 2 * _MOST_PAIRS)

    async def make(pair: tuple[MatrixClient, MatrixClient]) -> Chat:
        a, b = pair
        room_id = await a.create_room(
            preset="trusted_private_chat", is_direct=True, invite=[b.user_id]
        )
        await b.join(room_id)
        return Chat(room_id, pair)

    chats = await in_turns(make, list(zip(people[::2], people[1::2], strict=True)))
    await sync_to_now(people)
    return chats
