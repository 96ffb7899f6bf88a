"""The index follows the log, and can be made again from it."""

from __future__ import annotations

import asyncio
import threading

import sqlalchemy as sa

from teahouse import config
from teahouse.homeserver.search.tables import posting, progress
from teahouse.kit.database import Database, database_url
from tests.people import client_of, sign_in, sign_up
from tests.rooms.reading import of
from tests.search.searching import find
from tests.server import running


def terms(settings: config.Config) -> set[str]:
    database = Database(database_url(settings.database, settings.data))
    try:
        with database.snapshot() as tx:
            return set(tx.scalars(sa.select(posting.c.term)))
    finally:
        database.close()


def empty_index(settings: config.Config) -> None:
    database = Database(database_url(settings.database, settings.data))
    with database.engine.begin() as connection:
        for table in (posting, progress):
            connection.execute(sa.delete(table))
    database.close()


async def test_the_words_of_a_redacted_message_leave_the_index(settings: config.Config) -> None:
    async with running(settings) as server, client_of(server.url) as http:
        alice = await sign_up(http, "alice")
        room_id = await alice.create_room()
        secret = await alice.say(room_id, "secret 茶馆 tea")
        assert await find(alice, "茶馆") == [secret]
        await alice.say(room_id, "tea")
        (await alice.put(of(room_id, "redact", secret, "t1"))).ok()
        unindexed = await alice.say(room_id, "hasty")
        (await alice.put(of(room_id, "redact", unindexed, "t2"))).ok()
        assert len(await find(alice, "tea")) == 1
        assert terms(settings) == {"tea"}


async def test_a_search_waits_for_what_is_being_indexed_at_that_moment(
    settings: config.Config,
) -> None:
    async with running(settings) as server, client_of(server.url) as http:
        alice = await sign_up(http, "alice")
        room_id = await alice.create_room()
        assert await find(alice, "oolong") == []
        writer = threading.Event()
        said = await alice.say(room_id, "oolong")
        held = asyncio.create_task(server.teahouse.log.submit(lambda _tx: writer.wait()))
        while server.teahouse.indexing.waiting:
            await asyncio.sleep(0)
        search = asyncio.create_task(find(alice, "oolong"))
        early, _ = await asyncio.wait({search}, timeout=0.2)
        writer.set()
        assert not early
        assert await search == [said]
        await held


async def test_encrypted_messages_are_not_indexed(settings: config.Config) -> None:
    async with running(settings) as server, client_of(server.url) as http:
        alice = await sign_up(http, "alice")
        room_id = await alice.create_room()
        content = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "tea", "body": "tea"}
        (await alice.send(room_id, content, type="m.room.encrypted")).ok()
        assert await find(alice, "tea") == []
        assert terms(settings) == set()


async def test_what_was_said_before_a_restart_is_found_after_it(settings: config.Config) -> None:
    async with running(settings) as server, client_of(server.url) as http:
        alice = await sign_up(http, "alice")
        room_id = await alice.create_room()
        before = await alice.say(room_id, "oolong before")
        assert await find(alice, "oolong") == [before]
        between = await alice.say(room_id, "oolong between")
    for _ in range(2):
        async with running(settings) as server, client_of(server.url) as http:
            alice = await sign_in(http, "alice")
            assert await find(alice, "oolong") == [between, before]
        empty_index(settings)
