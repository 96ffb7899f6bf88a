"""A search among very many messages asks the database no more than one among few."""

from __future__ import annotations

import os
import random
from functools import partial

import pytest

from teahouse import config
from teahouse.app import Teahouse
from teahouse.homeserver.rooms.writing.append import NO_ORIGIN
from teahouse.kit.log import WriteTx
from tests.people import client_of, sign_up
from tests.search.searching import find, search
from tests.server import running
from tests.statements import counted

MESSAGES = 100_000 if "TEAHOUSE_SOAK" in os.environ else 2_000
MESSAGES_A_CHANGE = 50
WORDS = [f"word{number}" for number in range(5_000)]
MOST_STATEMENTS = 100
"""For ten hits, each with its context."""


async def talk(teahouse: Teahouse, user_id: str, room_ids: list[str], dice: random.Random) -> None:
    """All messages have `tea`, one in a thousand has a word that others have not."""

    def say(tx: WriteTx, first: int) -> None:
        for number in range(first, first + MESSAGES_A_CHANGE):
            words = ["tea", *dice.choices(WORDS, k=8)]
            if number % 1_000 == 0:
                words.append("老茶馆")
            content = {"msgtype": "m.text", "body": " ".join(words)}
            room_id = room_ids[number % len(room_ids)]
            teahouse.rooms.sending.message(
                tx, user_id, room_id, "m.room.message", content, NO_ORIGIN
            )

    for first in range(0, MESSAGES, MESSAGES_A_CHANGE):
        await teahouse.log.submit(partial(say, first=first))


@pytest.mark.soak
@pytest.mark.timeout(1_800)
async def test_a_search_among_many_messages_takes_few_statements(settings: config.Config) -> None:
    async with running(settings) as server, client_of(server.url) as http:
        alice = await sign_up(http, "alice")
        room_ids = [await alice.create_room() for _ in range(10)]
        await talk(server.teahouse, alice.user_id, room_ids, random.Random(1))
        indexing = server.teahouse.indexing
        while indexing.waiting:
            await indexing.catch_up()
        assert len(await find(alice, "茶馆", filter={"limit": 100})) == min(100, MESSAGES // 1_000)
        with counted(server.teahouse.database.engine) as statements:
            for term in ("茶馆", "tea", "tea word7", "word1 word2 word3", "nowhere"):
                for order_by in ("recent", "rank"):
                    statements.clear()
                    await search(alice, term, order_by=order_by, event_context={})
                    assert len(statements) <= MOST_STATEMENTS, (term, order_by)
