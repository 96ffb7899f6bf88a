"""Hours of life on a whole server, in seconds: nothing is lost, and all of it can happen twice."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import httpx
import pytest

from teahouse import config
from teahouse.app import Teahouse
from teahouse.kit.randomness import Randomness
from tests.delayed.test_delayed_events import ALL
from tests.people import segment
from tests.sync.expiring_device import ExpiringDevice
from tests.sync.passing_hours import LATENESS, Life, now, seconds_of
from tests.sync_laws import differences
from tests.virtual_time import LoopClock, VirtualTimeLoop, take_turns

SOAKING = "TEAHOUSE_SOAK" in os.environ
SEEDS = range(40 if SOAKING else 2)
HOURS = 4.0 if SOAKING else 1.5


class Transcript(httpx.ASGITransport):
    """All that was asked and answered, in the order of the answers, and when."""

    def __init__(self, teahouse: Teahouse) -> None:
        super().__init__(teahouse.asgi())
        self.lines: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        asked = f"{request.method} {request.url.raw_path.decode()}"
        body = (await answer.aread()).decode()
        self.lines.append(f"{now():.6f} {asked}: {answer.status_code} {body}")
        return answer


@asynccontextmanager
async def house(folder: Path, loop: VirtualTimeLoop, dice: Random) -> AsyncIterator[Transcript]:
    settings = config.defaults(data=folder, open_registration=True, no_rate_limits=True)
    teahouse = Teahouse(settings, LoopClock(loop), Randomness(dice))
    take_turns(teahouse.log, loop)
    await teahouse.start()
    try:
        yield Transcript(teahouse)
    finally:
        await teahouse.stop()


def live(folder: Path, schema: Path, seed: int) -> tuple[Life, list[str]]:
    """A life that has kept the laws, and its transcript."""
    folder.mkdir()
    shutil.copy(schema, folder)
    life, loop = Life(seed, HOURS), VirtualTimeLoop(Random(f"{seed} threads"))

    async def whole() -> list[str]:
        async with (
            house(folder, loop, Random(f"{seed} house")) as transcript,
            httpx.AsyncClient(transport=transcript, base_url="http://teahouse") as http,
        ):
            await life.begin(http)
            await life.pass_by()
            await check(life, http)
            return transcript.lines

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return life, runner.run(whole())


async def check(life: Life, http: httpx.AsyncClient) -> None:
    await settle(life)
    for name, home in life.homes.items():
        newcomer = ExpiringDevice(http)
        await newcomer.sign_in(name)
        await newcomer.follow()
        for device in home:
            assert differences(device.seen, newcomer.seen, lazy=False) == []
            await check_timelines(device, life)
            await check_presence(device)
    for delay in life.delays:
        shown = (await delay.owner.get(f"{ALL}/{delay.delay_id}")).ok()
        ended_at = seconds_of(shown["finalised"]["finalised_ts"])
        assert delay.due_at is None or abs(ended_at - delay.due_at) < LATENESS


async def settle(life: Life) -> None:
    """Until each knows that all are there."""
    for _ in range(3):
        for device in life.devices:
            await device.follow()
        await asyncio.sleep(LATENESS)


async def check_timelines(device: ExpiringDevice, life: Life) -> None:
    """What it has is the end of the room's history, without a gap; and nobody types any more."""
    for room_id, room in device.seen.joined.items():
        kept = await history(device, room_id)
        assert set(life.said[room_id]) <= set(kept)
        assert room.timeline == kept[-len(room.timeline) :]
        assert not room.typing


async def history(device: ExpiringDevice, room_id: str) -> list[str]:
    """Ids of all events, oldest first."""
    path, found, start = f"/rooms/{segment(room_id)}/messages", list[str](), None
    while True:
        page = (await device.get(path, dir="f", limit=100, **{"from": start})).ok()
        found += [event["event_id"] for event in page["chunk"]]
        if (start := page.body.get("end")) is None:
            return found


async def check_presence(device: ExpiringDevice) -> None:
    """What it was told of others is what they are."""
    for user_id in device.seen.acquaintances() - {device.user_id}:
        shown = (await device.get(f"/presence/{segment(user_id)}/status")).ok()
        assert device.presence[user_id] == shown["presence"]


@pytest.mark.soak
@pytest.mark.parametrize("seed", SEEDS)
def test_whoever_followed_for_hours_knows_what_a_newcomer_is_told_and_it_can_happen_twice(
    tmp_path: Path, sqlite_file: Path, seed: int
) -> None:
    life, transcript = live(tmp_path / "once", sqlite_file, seed)
    assert life.done == set(life.doings)
    assert all(device.renewals >= int(HOURS) for device in life.devices), "tokens ran out"
    assert all(device.absences for device in life.devices), "people were away"
    _, again = live(tmp_path / "twice", sqlite_file, seed)
    for line, same in zip(transcript, again, strict=False):
        assert line == same
    assert len(transcript) == len(again)
