"""The ordered log, on both databases."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from functools import partial
from itertools import pairwise
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from teahouse import config
from teahouse.kit.bus import Bus, Committed
from teahouse.kit.clock import SystemClock
from teahouse.kit.database import Database, sqlite_url
from teahouse.kit.errors import Refused, Unavailable, forbidden
from teahouse.kit.log import LogWriter, Once, WriteTx, writer
from teahouse.kit.log.lease import take_lease
from teahouse.kit.log.tables import log_commit, log_head
from teahouse.kit.log.writer import MAX_BYTES, MAX_CHANGES, MAX_WAITING_BYTES
from teahouse.kit.migrations import load_tables, upgrade
from teahouse.kit.upsert import insert_if_absent
from teahouse.packages import PACKAGES

load_tables(PACKAGES)
from teahouse.homeserver.rooms.tables import alias  # noqa: E402 - a table to write to


@pytest.fixture
def database(settings: config.Config) -> Iterator[Database]:
    database = Database(settings.database or sqlite_url(settings.data))
    upgrade(database, PACKAGES)
    yield database
    database.close()


@pytest.fixture
async def log(database: Database) -> AsyncIterator[LogWriter]:
    log = LogWriter(database, SystemClock(), Bus())
    log.open()
    log.start()
    yield log
    await log.stop()


def take(tx: WriteTx, name: str) -> int:
    """A change: takes a position, and a name with a row that waits for the batch."""
    pos = tx.next_pos()
    tx.insert(alias, shard=0, alias=name, room_id="!r", creator="@a:b")
    return pos


def take_at_once(tx: WriteTx, name: str) -> int:
    pos = tx.next_pos()
    if not insert_if_absent(tx, alias, shard=0, alias=name, room_id="!r", creator="@a:b"):
        raise forbidden("taken")
    return pos


def names(database: Database) -> set[str]:
    with database.snapshot() as tx:
        return set(tx.scalars(sa.select(alias.c.alias)))


def commits(database: Database) -> list[tuple[int, int]]:
    with database.snapshot() as tx:
        rows = tx.all(
            sa.select(log_commit.c.first_pos, log_commit.c.last_pos).order_by(
                log_commit.c.first_pos
            )
        )
    return [tuple(row) for row in rows]


async def test_positions_are_given_in_order_and_without_gaps(
    log: LogWriter, database: Database
) -> None:
    positions = await asyncio.gather(*(log.submit(partial(take, name=f"#{n}")) for n in range(500)))
    assert positions == list(range(1, 501))
    spans = commits(database)
    assert spans[0][0] == 1
    assert spans[-1][1] == 500
    assert all(later[0] == earlier[1] + 1 for earlier, later in pairwise(spans))
    assert len(spans) < 500, "changes that wait together are committed together"


async def test_a_commit_has_at_most_256_changes_or_a_mebibyte(
    log: LogWriter, database: Database
) -> None:
    await asyncio.gather(*(log.submit(partial(take, name=f"#{n}")) for n in range(600)))
    spans = commits(database)
    assert max(last - first + 1 for first, last in spans) <= MAX_CHANGES
    large = (MAX_BYTES // 2) + 1
    await asyncio.gather(
        *(log.submit(partial(take, name=f"#l{n}"), size_bytes=large) for n in range(9))
    )
    spans = commits(database)[len(spans) :]
    assert max(last - first + 1 for first, last in spans) <= 2


async def test_a_failure_undoes_only_itself(log: LogWriter, database: Database) -> None:
    def fail(tx: WriteTx) -> None:
        take(tx, "#lost")
        tx.scalar(sa.select(sa.func.count()).select_from(alias))
        take(tx, "#lost too")
        raise forbidden("no")

    def break_off(tx: WriteTx) -> None:
        take(tx, "#broken")
        raise ZeroDivisionError

    changes: list[Any] = [
        log.submit(lambda tx: take(tx, "#one")),
        log.submit(fail),
        log.submit(lambda tx: take_at_once(tx, "#two")),
        log.submit(break_off),
        log.submit(lambda tx: take_at_once(tx, "#two")),
        log.submit(lambda tx: take(tx, "#three")),
    ]
    results = await asyncio.gather(*changes, return_exceptions=True)
    assert results[0] == 1
    assert isinstance(results[1], Refused)
    assert results[2] == 2
    assert isinstance(results[3], ZeroDivisionError)
    assert isinstance(results[4], Refused)
    assert results[5] == 3
    assert names(database) == {"#one", "#two", "#three"}


async def test_a_change_that_breaks_the_batch_at_its_end_fails_alone(
    log: LogWriter, database: Database
) -> None:
    results = await asyncio.gather(
        log.submit(lambda tx: take(tx, "#one")),
        log.submit(lambda tx: take(tx, "#same")),
        log.submit(lambda tx: take(tx, "#same")),
        log.submit(lambda tx: take(tx, "#two")),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [int, int, Unavailable, int]
    assert names(database) == {"#one", "#same", "#two"}
    spans = commits(database)
    assert all(later[0] == earlier[1] + 1 for earlier, later in pairwise(spans))


async def test_what_could_not_be_stored_is_not_in_the_log_of_why(log: LogWriter) -> None:
    """PostgreSQL tells the whole row that failed, and what stood in it."""

    def broken(tx: WriteTx) -> None:
        take(tx, "#canary")
        tx.insert(alias, shard=0, alias="#canary too", room_id=None, creator="@canary:b")

    with capture_logs() as entries, pytest.raises(Unavailable):
        await log.submit(broken)
    assert [entry["event"] for entry in entries] == ["commit failed"]
    assert entries[0]["kind"] in ("SQLITE_CONSTRAINT_NOTNULL", "NotNullViolation")
    assert "exc_info" not in entries[0]
    assert "canary" not in str(entries)


async def test_a_repeated_request_has_the_first_result_and_changes_nothing(
    log: LogWriter, database: Database
) -> None:
    ran: list[int] = []

    def change(tx: WriteTx) -> bytes:
        ran.append(take(tx, f"#{len(ran)}"))
        return b"result %d" % ran[-1]

    once = Once.of("@alice:example.org", "DEVICE", "/send/txn1")
    together = await asyncio.gather(*(log.submit(change, once=once) for _ in range(5)))
    later = await log.submit(change, once=once)
    other = await log.submit(change, once=Once.of("@alice:example.org", "OTHER", "/send/txn1"))
    assert {*together, later} == {b"result 1"}
    assert other != later
    assert len(ran) == 2


async def test_a_request_that_was_refused_may_be_repeated_with_success(log: LogWriter) -> None:
    once = Once.of("@alice:example.org", "DEVICE", "/send/txn1")

    def refuse(tx: WriteTx) -> bytes:
        raise forbidden("not yet")

    with pytest.raises(Refused):
        await log.submit(refuse, once=once)
    assert await log.submit(lambda tx: b"%d" % tx.next_pos(), once=once) == b"1"


async def test_what_changes_nothing_takes_no_position(log: LogWriter, database: Database) -> None:
    def refuse(tx: WriteTx) -> None:
        take(tx, "#lost")
        raise forbidden("no")

    with pytest.raises(Refused):
        await log.submit(refuse)
    assert (
        await log.submit(lambda tx: tx.scalar(sa.select(sa.func.count()).select_from(alias))) == 0
    )
    assert commits(database) == []


async def test_a_change_that_only_takes_rows_away_is_one(
    log: LogWriter, database: Database
) -> None:
    await log.submit(lambda tx: take(tx, "#a"))
    await log.submit(lambda tx: take(tx, "#b"))

    def give_back(tx: WriteTx, name: str) -> list[str]:
        gone = tx.run(sa.delete(alias).where(alias.c.alias == name).returning(alias.c.alias))
        return list(gone.scalars())

    assert await log.submit(lambda tx: give_back(tx, "#a")) == ["#a"]
    taken_away = sa.delete(alias).where(alias.c.alias == "#b")
    assert await log.submit(lambda tx: tx.run(taken_away).rowcount) == 1
    assert names(database) == set()


async def test_readers_are_told_in_order_before_the_sender_is_answered(log: LogWriter) -> None:
    told: list[Committed] = []
    log.bus.listen(told.append)

    def change(tx: WriteTx, n: int) -> int:
        tx.touch(f"@u{n}:b", "account_data", tx.next_pos())
        return n

    async def send(n: int) -> None:
        await log.submit(lambda tx: change(tx, n))
        assert any(item.identifier == f"@u{n}:b" for each in told for item in each.items)

    await asyncio.gather(*(send(n) for n in range(50)))
    assert [item.identifier for each in told for item in each.items] == [
        f"@u{n}:b" for n in range(50)
    ]
    assert log.head == told[-1].last_pos


async def test_each_commit_names_what_it_touched(log: LogWriter, database: Database) -> None:
    def change(tx: WriteTx) -> None:
        tx.changed("!room:b")
        tx.touch("@alice:b", "to_device", tx.next_pos())

    def refused(tx: WriteTx) -> None:
        tx.changed("!other:b")
        raise forbidden("no")

    await log.submit(change)
    with pytest.raises(Refused):
        await log.submit(refused)
    with database.snapshot() as tx:
        rows = tx.scalars(sa.select(log_commit.c.touched).order_by(log_commit.c.first_pos))
    assert msgspec.json.decode(rows[0]) == ["!room:b", "@alice:b"]


async def test_memory_is_told_to_forget_what_did_not_come_to_be(log: LogWriter) -> None:
    forgotten: list[str] = []

    def refused(tx: WriteTx) -> None:
        tx.on_rollback(lambda: forgotten.append("refused"))
        raise forbidden("no")

    def accepted(tx: WriteTx) -> None:
        tx.on_rollback(lambda: forgotten.append("accepted"))

    await asyncio.gather(log.submit(accepted), log.submit(refused), return_exceptions=True)
    assert forgotten == ["refused"]


async def test_a_writer_that_lost_its_lease_writes_nothing(
    log: LogWriter, database: Database
) -> None:
    await log.submit(lambda tx: take(tx, "#before"))
    other = database.engine.connect().execution_options(writes=True)
    with other, other.begin():
        take_lease(other, "main")
    with pytest.raises(Unavailable):
        await log.submit(lambda tx: take(tx, "#after"))
    assert names(database) == {"#before"}
    with database.snapshot() as tx:
        assert tx.scalar(sa.select(log_head.c.pos)) == 1


async def test_a_commit_of_unknown_outcome_is_looked_up(log: LogWriter, database: Database) -> None:
    """The commit takes place, and the connection breaks before its answer arrives."""
    await log.submit(lambda tx: take(tx, "#before"))
    broken: list[bool] = []

    @sa.event.listens_for(database.engine, "commit")
    def _break(connection: sa.Connection) -> None:
        if broken or not connection.get_execution_options().get("writes"):
            return
        broken.append(True)
        connection.connection.cursor().execute("COMMIT")
        raise sa.exc.OperationalError("COMMIT", None, Exception("connection lost"))

    assert await log.submit(lambda tx: take(tx, "#during")) == 2
    assert await log.submit(lambda tx: take(tx, "#after")) == 3
    assert names(database) == {"#before", "#during", "#after"}


async def test_a_commit_that_nobody_could_look_up_is_found_before_the_next_one(
    log: LogWriter, database: Database
) -> None:
    """It takes place, its answer is lost, and for a while the database can't be asked either."""
    await log.submit(lambda tx: take(tx, "#before"))
    told: list[Committed] = []
    log.bus.listen(told.append)
    lost: list[str] = []

    @sa.event.listens_for(database.engine, "commit")
    def _break(connection: sa.Connection) -> None:
        if lost or not connection.get_execution_options().get("writes"):
            return
        lost.append("the answer")
        connection.connection.cursor().execute("COMMIT")
        raise sa.exc.OperationalError("COMMIT", None, Exception("connection lost"))

    @sa.event.listens_for(database.engine, "begin")
    def _refuse(_connection: sa.Connection) -> None:
        if lost == ["the answer"]:
            lost.append("the question")
            raise sa.exc.OperationalError("BEGIN", None, Exception("no connection"))

    with pytest.raises(Unavailable):
        await log.submit(lambda tx: take(tx, "#during"))
    assert lost == ["the answer", "the question"]
    assert await log.submit(lambda tx: take(tx, "#after")) == 3
    assert names(database) == {"#before", "#during", "#after"}
    assert [(one.first_pos, one.last_pos) for one in told] == [(2, 2), (3, 3)]
    assert commits(database) == [(1, 1), (2, 2), (3, 3)]


async def test_no_more_changes_wait_than_may(
    database: Database, log: LogWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "MAX_WAITING", 3)
    held, free = threading.Event(), threading.Event()

    def hold(_tx: WriteTx) -> None:
        held.set()
        assert free.wait(60)

    holding = asyncio.ensure_future(log.submit(hold))
    assert await asyncio.to_thread(held.wait, 60)
    waiting = [asyncio.ensure_future(log.submit(partial(take, name=f"#{n}"))) for n in range(3)]
    await asyncio.sleep(0)
    try:
        with pytest.raises(Refused) as refused:
            await asyncio.wait_for(log.submit(partial(take, name="#much")), 5)
    finally:
        free.set()
    assert refused.value.errcode == "M_LIMIT_EXCEEDED"
    await asyncio.gather(holding, *waiting)
    await log.submit(partial(take, name="#later"))
    assert names(database) == {"#0", "#1", "#2", "#later"}


async def test_what_waits_is_finished_before_the_writer_stops(
    database: Database,
) -> None:
    log = LogWriter(database, SystemClock(), Bus())
    log.open()
    log.start()
    waiting = [asyncio.ensure_future(log.submit(partial(take, name=f"#{n}"))) for n in range(20)]
    await asyncio.sleep(0)
    await log.stop()
    assert await asyncio.gather(*waiting) == list(range(1, 21))


async def test_what_waits_is_bounded_by_its_bytes(database: Database, log: LogWriter) -> None:
    held, free = threading.Event(), threading.Event()

    def hold(tx: WriteTx) -> None:
        held.set()
        assert free.wait(60)

    holding = asyncio.ensure_future(log.submit(hold))
    await asyncio.to_thread(held.wait, 60)
    halves = [
        asyncio.ensure_future(
            log.submit(partial(take, name=name), size_bytes=MAX_WAITING_BYTES // 2)
        )
        for name in ("#one", "#two")
    ]
    await asyncio.sleep(0)
    with pytest.raises(Refused) as refused:
        await log.submit(lambda tx: take(tx, "#three"))
    assert refused.value.errcode == "M_LIMIT_EXCEEDED"
    free.set()
    await asyncio.gather(holding, *halves)
    await log.submit(lambda tx: take(tx, "#four"))
    assert names(database) == {"#one", "#two", "#four"}
