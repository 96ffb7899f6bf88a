"""Rooms of very many members, and of very much state: what a message costs does not grow.

A tenth of the size in `make test`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from teahouse import config
from teahouse.app import Teahouse
from teahouse.homeserver.rooms.writing.append import MAX_STATE_KEYS, NO_ORIGIN
from teahouse.kit.log import WriteTx
from tests.people import Person, client_of, sign_up
from tests.scale.budgets import budget
from tests.server import running
from tests.statements import counted

IS_SOAK = "TEAHOUSE_SOAK" in os.environ
MEMBERS = 10_000 if IS_SOAK else 1_000
STATE_KEYS = MAX_STATE_KEYS - 100 if IS_SOAK else 5_000
CHANGES_A_COMMIT = 100
LAZY = '{"room":{"state":{"lazy_load_members":true}}}'
MOST_STATEMENTS = budget("a message, a sync that tells of it")
MOST_ANSWER_BYTES = budget("the answer to such a sync")


async def fill(teahouse: Teahouse, count: int, one: Callable[[WriteTx, int], object]) -> None:
    def some(tx: WriteTx, first: int) -> None:
        for number in range(first, min(first + CHANGES_A_COMMIT, count)):
            one(tx, number)

    for first in range(0, count, CHANGES_A_COMMIT):
        await teahouse.log.submit(partial(some, first=first))


def rows(teahouse: Teahouse) -> int:
    """In all tables together, but for the search index, which follows when it has time."""
    with teahouse.database.engine.connect() as connection:
        every = sa.inspect(connection).get_table_names()
        names = [name for name in every if not name.startswith("search_")]
        return sum(
            connection.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar_one()
            for name in names
        )


async def rows_of_a_message(teahouse: Teahouse, person: Person, room_id: str) -> int:
    before = rows(teahouse)
    await person.say(room_id, "the fifth cup")
    return rows(teahouse) - before


async def assert_cheap(teahouse: Teahouse, alice: Person, big: str, small: str) -> None:
    """A message writes what it writes in a small room; its sync and a first one stay small."""
    # The search index follows when it has time, which may be while statements are counted.
    await teahouse.indexing.stop()
    await alice.sync(filter=LAZY)
    of_small = await rows_of_a_message(teahouse, alice, small)
    assert await rows_of_a_message(teahouse, alice, big) == of_small
    with counted(teahouse.database.engine) as statements:
        await alice.say(big, "the sixth cup")
    assert len(statements) <= MOST_STATEMENTS
    with counted(teahouse.database.engine) as statements:
        told = await alice.sync(filter=LAZY)
    assert len(statements) <= MOST_STATEMENTS
    assert said(told, big) == ["the fifth cup", "the sixth cup"]
    assert size_of(told) <= MOST_ANSWER_BYTES


def said(answer: Any, room_id: str) -> list[str]:
    events = answer["rooms"]["join"][room_id]["timeline"]["events"]
    return [event["content"]["body"] for event in events]


def size_of(answer: Any) -> int:
    return int(answer.headers["content-length"])


@pytest.mark.soak
@pytest.mark.timeout(1_800)
async def test_a_message_costs_the_same_among_very_many_members(settings: config.Config) -> None:
    async with running(settings) as server, client_of(server.url) as http:
        teahouse = server.teahouse
        alice = await sign_up(http, "alice")
        small = await alice.create_room(preset="public_chat")
        big = await alice.create_room(preset="public_chat")
        await fill(
            teahouse,
            MEMBERS,
            lambda tx, n: teahouse.rooms.memberships.join(tx, f"@member{n}:localhost", big),
        )
        await assert_cheap(teahouse, alice, big, small)
        newcomer = await alice.another_device()
        with counted(teahouse.database.engine) as statements:
            first = await newcomer.sync(filter=LAZY)
        assert len(statements) <= MOST_STATEMENTS
        assert first["rooms"]["join"][big]["summary"]["m.joined_member_count"] == MEMBERS + 1
        assert size_of(first) <= MOST_ANSWER_BYTES


@pytest.mark.soak
@pytest.mark.timeout(1_800)
async def test_a_message_costs_the_same_among_very_much_state(settings: config.Config) -> None:
    async with running(settings) as server, client_of(server.url) as http:
        teahouse = server.teahouse
        alice = await sign_up(http, "alice")
        small = await alice.create_room()
        big = await alice.create_room()
        await fill(
            teahouse,
            STATE_KEYS,
            lambda tx, n: teahouse.rooms.sending.state(
                tx, alice.user_id, big, "im.teahouse.cup", f"{n}", {"n": n}, NO_ORIGIN
            ),
        )
        await assert_cheap(teahouse, alice, big, small)
        await alice.set_state(big, "im.teahouse.cup", {"n": -1}, "7")
        told = await alice.sync(filter=LAZY)
        assert size_of(told) <= MOST_ANSWER_BYTES
        found = await alice.get(f"/rooms/{big}/state/im.teahouse.cup/{STATE_KEYS - 1}")
        assert found.ok().body == {"n": STATE_KEYS - 1}
