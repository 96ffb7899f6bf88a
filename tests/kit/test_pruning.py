"""What is too old is forgotten, and the log is still whole."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse import config
from teahouse.check import problems
from teahouse.kit.clock import ManualClock
from teahouse.kit.log.pruning import KEEP_COMMITS_MS, KEEP_RESULTS_MS
from teahouse.kit.log.tables import log_commit, once_result
from tests.people import client_of, sign_up
from tests.server import Server, running


async def test_old_commits_and_answers_are_forgotten_and_new_ones_kept(
    settings: config.Config,
) -> None:
    clock = ManualClock()
    async with running(settings, clock) as server, client_of(server.url) as http:
        alice = await sign_up(http, "alice")
        room_id = await alice.create_room()
        await alice.say(room_id, "an old message")
        clock.advance(KEEP_COMMITS_MS + 1)
        await alice.say(room_id, "a newer one")
        await server.teahouse.pruning.prune()
        oldest = sa.select(sa.func.min(log_commit.c.committed_at_ms))
        assert await server.teahouse.database.read(lambda tx: tx.scalar(oldest)) == clock.now_ms()
        assert await rows(server, once_result) == 2
        clock.advance(KEEP_RESULTS_MS - KEEP_COMMITS_MS)
        await server.teahouse.pruning.prune()
        assert await rows(server, once_result) == 1
        assert await server.teahouse.database.read(lambda tx: list(problems(tx))) == []


async def rows(server: Server, table: sa.Table) -> int:
    count = sa.select(sa.func.count()).select_from(table)
    found: int = await server.teahouse.database.read(lambda tx: tx.scalar(count))
    return found
