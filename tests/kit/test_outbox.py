"""The outbox, on both databases, sending to a real HTTP endpoint of this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

import httpx
import pytest
import sqlalchemy as sa

from teahouse import config
from teahouse.kit.bus import Bus
from teahouse.kit.clock import ManualClock
from teahouse.kit.database import Database, sqlite_url
from teahouse.kit.errors import forbidden
from teahouse.kit.log import LogWriter, WriteTx
from teahouse.kit.migrations import load_tables, upgrade
from teahouse.kit.outbox import Item, NotSent, Outbox, Policy, drop, key_of, put
from teahouse.kit.outbox.owner import DAY_MS, HOUR_MS
from teahouse.kit.outbox.put import MAX_BODY_BYTES
from teahouse.kit.outbox.tables import outbox
from teahouse.kit.outbox.turn import TURN_MS
from teahouse.kit.randomness import Randomness
from teahouse.packages import PACKAGES
from tests.endpoint import Endpoint, Received, Response, endpoint

load_tables(PACKAGES)


@dataclass
class Courier:
    """Brings items to the endpoint, under a path that names the queue."""

    http: httpx.AsyncClient
    url: str
    policy: Policy = field(default_factory=Policy)
    given_up: list[str] = field(default_factory=list)

    def holder(self, queue: str) -> str:
        """As many queues as there are, their name begins with whose they are."""
        return queue.partition("/")[2].partition("-")[0]

    async def send(self, batch: Sequence[Item]) -> None:
        answer = await self.http.post(
            f"{self.url}/{batch[0].queue}",
            content=b",".join(item.body for item in batch),
            headers={"idempotency-key": key_of(batch)},
        )
        if answer.status_code != 200:
            raise NotSent(f"{answer.status_code}", int(answer.headers.get("retry-after-ms", 0)))

    def dead(self, tx: WriteTx, queue: str) -> None:
        self.given_up.append(queue)


@dataclass
class World:
    database: Database
    log: LogWriter
    clock: ManualClock
    outbox: Outbox
    courier: Courier

    async def put(self, queue: str, *bodies: str, kind: str = "parcel") -> None:
        def change(tx: WriteTx) -> None:
            for body in bodies:
                put(tx, f"{kind}/{queue}", body.encode())

        await self.log.submit(change)

    def rows(self) -> list[sa.Row[tuple[object, ...]]]:
        with self.database.snapshot() as tx:
            return list(tx.all(sa.select(outbox).order_by(outbox.c.queue, outbox.c.pos)))

    async def is_empty(self) -> None:
        async with asyncio.timeout(60):
            while self.rows():
                await asyncio.sleep(0.01)

    async def has_failed(self, times: int) -> None:
        """Waits until the first row of each queue says so."""
        async with asyncio.timeout(10):
            while not (attempts := self.attempts()) or min(attempts.values()) < times:
                await asyncio.sleep(0.01)

    def attempts(self) -> dict[str, int]:
        """Of each queue's first row."""
        return {row.queue: row.attempts for row in reversed(self.rows())}

    def after(self, span_ms: int) -> None:
        self.clock.advance(span_ms)
        self.outbox.wake()


@pytest.fixture
def database(settings: config.Config) -> Iterator[Database]:
    database = Database(settings.database or sqlite_url(settings.data))
    upgrade(database, PACKAGES)
    yield database
    database.close()


@pytest.fixture
async def there() -> AsyncIterator[Endpoint]:
    async with endpoint() as there:
        yield there


@asynccontextmanager
async def world_on(
    database: Database, there: Endpoint, clock: ManualClock | None = None
) -> AsyncIterator[World]:
    clock = clock or ManualClock()
    log = LogWriter(database, clock, Bus())
    log.open()
    async with httpx.AsyncClient(trust_env=False) as http:
        courier = Courier(http, there.url)
        owners = {"parcel": courier, "letter": courier}
        worker = Outbox(database, log, clock, Randomness(Random(1)), owners)
        log.start()
        worker.start()
        try:
            yield World(database, log, clock, worker, courier)
        finally:
            await worker.stop()
            await log.stop()


@pytest.fixture
async def world(database: Database, there: Endpoint) -> AsyncIterator[World]:
    async with world_on(database, there) as world:
        yield world


def bodies(there: Endpoint, queue: str = "") -> list[str]:
    return [r.body.decode() for r in there.received if not queue or r.path.endswith(f"/{queue}")]


class Refusing:
    """Answers 503 until told otherwise."""

    def __init__(self, **headers: str) -> None:
        self.refuses = True
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    async def __call__(self, _: Received) -> Response:
        return Response(503, headers=self.headers) if self.refuses else Response()


async def test_what_a_change_puts_is_sent_and_then_gone(world: World, there: Endpoint) -> None:
    await world.put("a", "one")
    (received,) = await there.has(1)
    assert (received.path, received.body) == ("/parcel/a", b"one")
    await world.is_empty()


async def test_what_a_refused_change_puts_is_never_sent(world: World, there: Endpoint) -> None:
    def refused(tx: WriteTx) -> None:
        put(tx, "parcel/a", b"never")
        raise forbidden("no")

    with pytest.raises(Exception, match="no"):
        await world.log.submit(refused)
    await world.put("a", "one")
    await world.is_empty()
    assert bodies(there) == ["one"]


async def test_a_queue_is_sent_in_order_however_long(world: World, there: Endpoint) -> None:
    numbers = [str(number) for number in range(250)]
    for start in range(0, 250, 50):
        await world.put("a", *numbers[start : start + 50])
    await world.is_empty()
    assert bodies(there) == numbers


async def test_large_items_are_read_a_few_at_a_time(world: World, there: Endpoint) -> None:
    large = [f"{number}" * 200_000 for number in range(5)]
    await world.put("a", *large)
    await world.is_empty()
    assert bodies(there) == large


async def test_what_is_too_large_is_refused(world: World) -> None:
    with pytest.raises(ValueError, match="too many"):
        await world.put("a", "x" * (MAX_BODY_BYTES + 1))
    await world.put("a", "x" * MAX_BODY_BYTES)
    await world.is_empty()


async def test_a_queue_that_hangs_does_not_hold_up_another(world: World, there: Endpoint) -> None:
    go_on = asyncio.Event()

    async def hang(received: Received) -> Response:
        if received.path.endswith("/slow"):
            await go_on.wait()
        return Response()

    there.answer = hang
    await world.put("slow", "one", "two")
    await there.has(1)
    await world.put("quick", "a", "b")
    await there.has(3)
    assert bodies(there, "quick") == ["a", "b"]
    assert bodies(there, "slow") == ["one"]
    go_on.set()
    await world.is_empty()
    assert bodies(there, "slow") == ["one", "two"]


async def test_many_queues_are_all_sent(world: World, there: Endpoint) -> None:
    def change(tx: WriteTx) -> None:
        for number in range(400):
            put(tx, f"parcel/{number}", b"hello")

    await world.log.submit(change)
    await world.is_empty()
    assert len({received.path for received in there.received}) == 400
    assert len(there.received) == 400


class Hanging:
    """Answers those whose path has `part` in it when it is told to go on."""

    def __init__(self, part: str) -> None:
        self.part = part
        self.go_on = asyncio.Event()

    async def __call__(self, received: Received) -> Response:
        if self.part in received.path:
            await self.go_on.wait()
        return Response()


async def test_who_has_many_receivers_has_a_share_of_what_is_sent_at_once(
    world: World, there: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teahouse.kit.outbox.line.MAX_SENDING", 7)
    there.answer = hanging = Hanging("/ann-")
    for number in range(10):
        await world.put(f"ann-{number}", "hello")
    share = world.courier.policy.share
    await there.has(share)
    await world.put("bob-1", "hello")
    await there.has(share + 1)
    await asyncio.sleep(0.1)
    assert len(there.received) == share + 1
    hanging.go_on.set()
    await world.is_empty()
    assert len(there.received) == 11


async def test_holders_have_their_turns_one_after_the_other(
    world: World, there: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teahouse.kit.outbox.line.MAX_SENDING", 1)
    there.answer = hanging = Hanging("/ann-1")
    for queue in ("ann-1", "ann-2", "ann-3", "bob-1", "carol-1", "bob-2"):
        await world.put(queue, "hello")
    await there.has(1)
    hanging.go_on.set()
    await world.is_empty()
    sent = [received.path.rpartition("/")[2] for received in there.received]
    assert sent == ["ann-1", "ann-2", "bob-1", "carol-1", "ann-3", "bob-2"]


async def test_one_kind_does_not_wait_for_the_receivers_of_another(
    world: World, there: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teahouse.kit.outbox.line.MAX_SENDING", 2)
    there.answer = hanging = Hanging("parcel/")
    for queue in ("a", "b", "c"):
        await world.put(queue, "hello")
    await there.has(2)
    await world.put("a", "hello", kind="letter")
    await there.has(3)
    assert there.received[2].path == "/letter/a"
    hanging.go_on.set()
    await world.is_empty()


async def test_the_turn_of_a_slow_receiver_ends_while_it_has_more(
    world: World, there: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teahouse.kit.outbox.line.MAX_SENDING", 1)
    begun = asyncio.Event()

    async def slowly(received: Received) -> Response:
        await begun.wait()
        world.clock.advance(TURN_MS if received.path.endswith("slow") else 0)
        return Response()

    there.answer = slowly
    await world.put("slow", "1", "2", "3")
    await there.has(1)
    await world.put("quick", "a", "b")
    begun.set()
    await world.is_empty()
    assert bodies(there) == ["1", "a", "b", "2", "3"]


async def test_what_memory_has_no_room_for_is_sent_from_the_table(
    world: World, there: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teahouse.kit.outbox.line.MAX_READY", 3)
    monkeypatch.setattr("teahouse.kit.outbox.worker.QUEUES_A_LOOK", 3)
    for number in range(20):
        await world.put(f"{number}", "hello")
    await world.is_empty()
    assert len(there.received) == 20


async def test_a_failure_is_tried_again_later_with_the_same_key(
    world: World, there: Endpoint
) -> None:
    there.answer = refusing = Refusing()
    await world.put("a", "one", "two")
    await world.has_failed(1)
    refusing.refuses = False
    world.outbox.wake()
    await asyncio.sleep(0.1)
    assert bodies(there) == ["one"], "not before it is due"
    world.after(world.courier.policy.first_retry_ms)
    await world.is_empty()
    assert bodies(there) == ["one", "one", "two"]
    first, again, other = [received.headers["idempotency-key"] for received in there.received]
    assert first == again != other


async def test_what_is_put_meanwhile_waits_behind_what_failed(
    world: World, there: Endpoint
) -> None:
    there.answer = refusing = Refusing()
    await world.put("a", "one")
    await world.has_failed(1)
    refusing.refuses = False
    await world.put("a", "two")
    await world.put("b", "other")
    await there.has(2)
    assert bodies(there) == ["one", "other"]
    world.after(world.courier.policy.first_retry_ms)
    await world.is_empty()
    assert bodies(there, "a") == ["one", "one", "two"]


async def test_each_failure_doubles_the_wait(world: World, there: Endpoint) -> None:
    there.answer = Refusing()
    world.courier.policy = Policy(first_retry_ms=1000, max_retry_ms=60_000)
    await world.put("a", "one")
    for times, longest_ms in enumerate((1000, 2000, 4000, 8000), 1):
        await world.has_failed(times)
        wait_ms = world.rows()[0].due_at_ms - world.clock.now_ms()
        assert longest_ms / 2 <= wait_ms <= longest_ms
        world.after(longest_ms)
    await world.has_failed(5)


def test_the_wait_is_bounded_and_spread() -> None:
    policy = Policy(first_retry_ms=1000, max_retry_ms=HOUR_MS)
    assert policy.retry_in_ms(500, 0) == HOUR_MS
    assert policy.retry_in_ms(500, 0.5) == 0.75 * HOUR_MS
    assert policy.retry_in_ms(500, 1) == HOUR_MS / 2
    assert policy.retry_in_ms(1, 0.5, asked_ms=30_000) == 30_000
    assert policy.retry_in_ms(1, 0.5, asked_ms=DAY_MS) == HOUR_MS


async def test_a_receiver_may_ask_for_more_time(world: World, there: Endpoint) -> None:
    there.answer = Refusing(retry_after_ms="90000")
    await world.put("a", "one")
    await world.has_failed(1)
    assert world.rows()[0].due_at_ms == world.clock.now_ms() + 90_000


async def test_after_too_many_failures_the_owner_is_told_and_the_queue_is_gone(
    world: World, there: Endpoint
) -> None:
    there.answer = Refusing()
    world.courier.policy = Policy(max_attempts=3)
    await world.put("a", "one", "two")
    await world.put("b", "other")
    for times in (1, 2):
        await world.has_failed(times)
        world.after(HOUR_MS)
    await world.is_empty()
    assert sorted(world.courier.given_up) == ["parcel/a", "parcel/b"]
    assert "two" not in bodies(there)


async def test_after_too_long_the_owner_is_told(world: World, there: Endpoint) -> None:
    there.answer = Refusing()
    await world.put("a", "one")
    await world.has_failed(1)
    world.after(DAY_MS - 1)
    await world.has_failed(2)
    assert world.courier.given_up == []
    world.after(HOUR_MS)
    await world.is_empty()
    assert world.courier.given_up == ["parcel/a"]


async def test_a_queue_without_an_end_is_tried_for_ever(world: World, there: Endpoint) -> None:
    there.answer = refusing = Refusing()
    world.courier.policy = Policy(max_age_ms=None)
    await world.put("a", "one")
    await world.has_failed(1)
    world.after(365 * DAY_MS)
    await world.has_failed(2)
    refusing.refuses = False
    world.after(HOUR_MS)
    await world.is_empty()
    assert world.courier.given_up == []


async def test_a_long_queue_that_fails_keeps_its_newest_and_what_was_tried(
    world: World, there: Endpoint
) -> None:
    there.answer = refusing = Refusing()
    world.courier.policy = Policy(max_rows=3)
    await world.put("a", *"123456789")
    await world.has_failed(1)
    assert [row.body for row in world.rows()] == [b"1", b"7", b"8", b"9"]
    refusing.refuses = False
    world.after(HOUR_MS)
    await world.is_empty()
    assert bodies(there) == ["1", "1", "7", "8", "9"]


async def test_a_dropped_queue_is_not_sent(world: World, there: Endpoint) -> None:
    there.answer = refusing = Refusing()
    await world.put("a", "one")
    await world.has_failed(1)
    await world.log.submit(lambda tx: drop(tx, "parcel/a"))
    refusing.refuses = False
    world.after(HOUR_MS)
    await world.put("b", "other")
    await world.is_empty()
    assert bodies(there) == ["one", "other"]


async def test_a_batch_that_failed_is_sent_again_as_it_was(world: World, there: Endpoint) -> None:
    there.answer = refusing = Refusing()
    world.courier.policy = Policy(batch=10)
    await world.put("a", "1", "2", "3")
    await world.has_failed(1)
    await world.put("a", "4", "5")
    refusing.refuses = False
    world.after(HOUR_MS)
    await world.is_empty()
    assert bodies(there) == ["1,2,3", "1,2,3", "4,5"]
    keys = [received.headers["idempotency-key"] for received in there.received]
    assert keys[0] == keys[1] != keys[2]


async def test_what_nobody_sends_is_kept_and_holds_up_nothing(
    world: World, there: Endpoint
) -> None:
    await world.log.submit(lambda tx: put(tx, "unknown/a", b"one"))
    await world.put("a", "two")
    await there.has(1)
    async with asyncio.timeout(10):
        while [row.queue for row in world.rows()] != ["unknown/a"]:
            await asyncio.sleep(0.01)
    assert bodies(there) == ["two"]


async def test_after_a_restart_it_goes_on_where_it_was(database: Database, there: Endpoint) -> None:
    there.answer = refusing = Refusing()
    async with world_on(database, there) as world:
        await world.put("a", "one", "two")
        await world.has_failed(1)
        clock = world.clock
    refusing.refuses = False
    async with world_on(database, there, clock) as world:
        await asyncio.sleep(0.1)
        assert bodies(there) == ["one"], "its wait is remembered"
        world.after(HOUR_MS)
        await world.is_empty()
    assert bodies(there) == ["one", "one", "two"]


async def test_what_was_being_sent_when_it_stopped_is_sent_again(
    database: Database, there: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teahouse.kit.outbox.worker.STOP_SECONDS", 0.05)

    go_on = asyncio.Event()

    async def hang(_: Received) -> Response:
        await go_on.wait()
        return Response()

    there.answer = hang
    async with world_on(database, there) as world:
        await world.put("a", "one", "two")
        await there.has(1)
    go_on.set()
    there.answer = Refusing()
    there.answer.refuses = False
    async with world_on(database, there) as world:
        await world.is_empty()
    assert bodies(there) == ["one", "one", "two"]
    first, again, _ = [received.headers["idempotency-key"] for received in there.received]
    assert first == again
