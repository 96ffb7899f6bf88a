"""Answers that nobody takes are held in memory: so many and no more."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from teahouse.kit.errors import Refused
from teahouse.kit.http.in_flight import MAX_BYTES, MAX_EACH_BYTES, PIECE_BYTES, InFlight
from teahouse.kit.readers import ASKING

ANSWER = bytes(4 << 20)


class Line:
    """To one client after the other; it takes what it is told to."""

    def __init__(self, in_flight: InFlight) -> None:
        self.in_flight = in_flight
        self.taken: list[dict[str, Any]] = []
        self.is_free = asyncio.Event()

    async def send(self, message: dict[str, Any]) -> None:
        await self.is_free.wait()
        self.taken.append(message)

    async def answer(self, who: str, body: bytes = ANSWER) -> asyncio.Task[None]:
        async def answer() -> None:
            ASKING.set(who)
            await self.in_flight.send(self.send, {"type": "http.response.body", "body": body})

        task = asyncio.create_task(answer())
        await asyncio.sleep(0)
        return task

    def refuses(self, who: str, size_bytes: int = len(ANSWER)) -> bool:
        ASKING.set(who)
        try:
            self.in_flight.check(size_bytes)
        except Refused as refusal:
            return refusal.errcode == "M_LIMIT_EXCEEDED"
        return False


@pytest.fixture
async def line() -> Line:
    return Line(InFlight())


async def test_an_answer_goes_out_in_pieces_and_whole(line: Line) -> None:
    line.is_free.set()
    body = bytes(range(256)) * 1000
    await (await line.answer("alice", body))
    assert b"".join(message["body"] for message in line.taken) == body
    assert max(len(message["body"]) for message in line.taken) == PIECE_BYTES
    assert [message["more_body"] for message in line.taken] == [True, True, True, False]
    assert line.in_flight.held_bytes == 0


async def test_one_has_so_much_in_flight_and_others_are_not_refused(line: Line) -> None:
    sent = [await line.answer("alice") for _ in range(MAX_EACH_BYTES // len(ANSWER))]
    assert line.refuses("alice")
    assert line.refuses("alice", 1)
    assert not line.refuses("bob")
    line.is_free.set()
    await asyncio.gather(*sent)
    assert not line.refuses("alice")


async def test_all_together_have_so_much_and_small_answers_still_go_out(line: Line) -> None:
    sent = [await line.answer(f"{n}") for n in range(MAX_BYTES // len(ANSWER))]
    assert line.in_flight.held_bytes == MAX_BYTES
    assert line.refuses("one more")
    assert not line.refuses("one more", PIECE_BYTES)
    line.is_free.set()
    await asyncio.gather(*sent)


async def test_who_has_nothing_in_flight_gets_an_answer_of_any_size(line: Line) -> None:
    assert not line.refuses("alice", 2 * MAX_EACH_BYTES)
    sent = await line.answer("bob")
    assert not line.refuses("alice", 2 * MAX_EACH_BYTES)
    sent.cancel()
    await asyncio.gather(sent, return_exceptions=True)
    assert line.in_flight.held_bytes == 0
