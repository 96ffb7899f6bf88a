"""Work of minutes is answered line by line."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from teahouse.kit.errors import Refused, Unavailable
from teahouse.kit.http.long_work import LongWork, Work
from teahouse.kit.progress import Tell


async def lines(work: Work, long_work: LongWork | None = None) -> list[dict[str, Any]]:
    answer = (long_work or LongWork()).answer("work", work)
    told = b"".join([piece async for piece in answer.stream])
    return [msgspec.json.decode(line) for line in told.splitlines()]


async def test_it_tells_how_far_it_is_and_then_what_came_of_it() -> None:
    async def take_long(tell: Tell) -> dict[str, Any]:
        for done in ("a third", "two thirds\nof 茶"):
            tell(done)
            await asyncio.sleep(0)
        return {"done": "all"}

    assert await lines(take_long) == [
        {"progress": "a third"},
        {"progress": "two thirds\nof 茶"},
        {"result": {"done": "all"}},
    ]


@pytest.mark.parametrize(
    ("error", "errcode", "told"),
    [
        (Refused("M_FORBIDDEN", "Not today"), "M_FORBIDDEN", "Not today"),
        (Unavailable("no room is left"), "M_UNKNOWN", "no room is left"),
        (KeyError("a secret"), "M_UNKNOWN", "Internal server error"),
    ],
)
async def test_it_tells_that_it_failed_without_what_nobody_should_read(
    error: Exception, errcode: str, told: str
) -> None:
    async def fail(_tell: Tell) -> dict[str, Any]:
        raise error

    assert await lines(fail) == [{"errcode": errcode, "error": told}]


async def test_it_ends_with_the_server_and_has_no_last_line() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def never_ends(tell: Tell) -> dict[str, Any]:
        tell("begun")
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return {}

    long_work = LongWork()
    asking = asyncio.create_task(lines(never_ends, long_work))
    await begun.wait()
    await long_work.stop()
    assert ended.is_set()
    assert await asking == [{"progress": "begun"}]
