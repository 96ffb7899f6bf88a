"""`teahouse admin check` finds what is wrong in what is stored."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from teahouse import config
from teahouse.check import problems
from teahouse.homeserver.rooms.tables import event, membership, room_state
from teahouse.kit.database import Database, database_url
from teahouse.kit.log.tables import log_commit, log_head
from tests.people import client_of, sign_up
from tests.server import running

Damage = Callable[[sa.Connection], object]


async def fill(settings: config.Config) -> None:
    """Two people in a room that has seen something of everything."""
    async with running(settings) as server, client_of(server.url) as http:
        alice, bob = await sign_up(http, "alice"), await sign_up(http, "bob")
        for version in ("1", "6", "11", "12"):
            room_id = await alice.create_room(
                preset="public_chat", room_version=version, invite=[bob.user_id]
            )
            await bob.join(room_id)
            spoken = await bob.say(room_id, "hello")
            await alice.set_state(room_id, "m.room.name", {"name": "Tea"})
            await alice.put(f"/rooms/{room_id}/redact/{spoken}/1", {"reason": "oops"})
            await bob.say(room_id, "hello again")
            await bob.leave(room_id)


def found(settings: config.Config) -> list[str]:
    database = Database(database_url(settings.database, settings.data))
    with database.snapshot() as tx:
        sentences = list(problems(tx))
    database.close()
    return sentences


def damage(settings: config.Config, change: Damage) -> None:
    database = Database(database_url(settings.database, settings.data))
    connection = database.engine.connect().execution_options(writes=True)
    with connection, connection.begin():
        change(connection)
    database.close()


def one(table: sa.Table, column: sa.Column[int], *where: sa.ColumnElement[bool]) -> sa.Select[int]:
    return sa.select(column).where(*where).order_by(column.desc()).limit(1)


MESSAGE = one(event, event.c.pos, event.c.type == "m.room.message", event.c.unsigned.is_(None))
DAMAGES: list[tuple[str, Damage, str]] = [
    (
        "a message's text is changed",
        lambda c: c.execute(
            sa.update(event)
            .where(event.c.pos == MESSAGE.scalar_subquery())
            .values(body=sa.bindparam("body")),
            {
                "body": c.execute(sa.select(event.c.body).where(event.c.pos == c.scalar(MESSAGE)))
                .scalar_one()
                .replace(b"again", b"never")
            },
        ),
        "has a content that is not what was hashed",
    ),
    (
        "an event is gone",
        lambda c: c.execute(sa.delete(event).where(event.c.pos == c.scalar(MESSAGE))),
        "does not follow",
    ),
    (
        "a commit is gone",
        lambda c: c.execute(sa.delete(log_commit).where(log_commit.c.first_pos == 2)),
        "comes 3",
    ),
    (
        "the head is set back",
        lambda c: c.execute(sa.update(log_head).values(pos=log_head.c.pos - 1)),
        "the head is at",
    ),
    (
        "state ends too early",
        lambda c: c.execute(sa.update(room_state).values(to_pos=room_state.c.from_pos + 1)),
        "has no current event",
    ),
    (
        "someone's own room is another than the room's",
        lambda c: c.execute(sa.update(membership).values(membership="ban")),
        "differ from the user's own",
    ),
]


async def test_all_is_well_after_ordinary_use(settings: config.Config) -> None:
    await fill(settings)
    assert found(settings) == []


@pytest.mark.parametrize(("what", "change", "sentence"), DAMAGES, ids=[d[0] for d in DAMAGES])
async def test_what_was_corrupted_is_named(
    settings: config.Config, what: str, change: Damage, sentence: str
) -> None:
    await fill(settings)
    damage(settings, change)
    assert any(sentence in problem for problem in found(settings)), found(settings)
