"""`teahouse admin check` finds what is wrong in what is stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from teahouse import config
from teahouse.check import problems
from teahouse.homeserver.accountdata.tables import account_data_size
from teahouse.homeserver.accounts.tables import account
from teahouse.homeserver.devices.tables import device, device_message
from teahouse.homeserver.keys.tables import backup_key, key_pool
from teahouse.homeserver.push.tables import unread_mark
from teahouse.homeserver.rooms.tables import event, membership, relation, room_state
from teahouse.kit.database import Database, ReadTx, database_url
from teahouse.kit.log.tables import log_commit, log_head, log_shard
from tests.admin.command import CommandLine
from tests.keys.test_claim import stock
from tests.people import client_of, segment, sign_up
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
            spoken, root = await bob.say(room_id, "hello"), await bob.say(room_id, "a root")
            await alice.set_state(room_id, "m.room.name", {"name": "Tea"})
            await alice.put(f"/rooms/{room_id}/redact/{spoken}/1", {"reason": "oops"})
            await bob.say(room_id, "hello again")
            threaded = {"rel_type": "m.thread", "event_id": root}
            await bob.send(room_id, {"body": "in a thread", "m.relates_to": threaded})
            mention = {"body": "look again", "m.mentions": {"user_ids": [bob.user_id]}}
            await alice.send(room_id, mention)
            await alice.send(room_id, mention)
            await bob.leave(room_id)
        await alice.put(f"/user/{alice.user_id}/account_data/x.tea", {"kind": "oolong"})
        await stock(bob, "a", "b")
        await alice.put("/sendToDevice/x/1", {"messages": {bob.user_id: {"*": {"n": 1}}}})
        await alice.put("/sendToDevice/x/2", {"messages": {bob.user_id: {"*": {"n": 2}}}})
        backup: dict[str, Any] = {
            "algorithm": "m.megolm_backup.v1.curve25519-aes-sha2",
            "auth_data": {},
        }
        made = (await alice.post("/room_keys/version", backup)).ok()["version"]
        kept = {
            "first_message_index": 0,
            "forwarded_count": 0,
            "is_verified": True,
            "session_data": {},
        }
        path = f"/room_keys/keys/{segment(room_id)}/session"
        (await alice.put(path, kept, version=made)).ok()


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
    (
        "a shard belongs to nobody",
        lambda c: c.execute(sa.delete(log_shard).where(log_shard.c.shard == 7)),
        "shard 7 belongs to no log",
    ),
    (
        "something stands past the head",
        lambda c: c.execute(sa.update(device_message).values(pos=device_message.c.pos + 10_000)),
        "table device_message: pos is at",
    ),
    (
        "an account is in another's shard",
        lambda c: c.execute(sa.update(account).values(shard=(account.c.shard + 1) % 256)),
        "table account: @alice:localhost is in shard",
    ),
    (
        "an event's ID is another",
        lambda c: c.execute(
            sa.update(event).where(event.c.pos == c.scalar(MESSAGE)).values(event_id="$other")
        ),
        "has an id that is not its hash",
    ),
    (
        "a state event is no state",
        lambda c: c.execute(sa.delete(room_state).where(room_state.c.type == "m.room.name")),
        "sets state that is not kept",
    ),
    (
        "a room's count jumps",
        lambda c: c.execute(
            sa.update(event).where(event.c.pos == c.scalar(MESSAGE)).values(notify_no=99)
        ),
        "makes the count of the room 99 after",
    ),
    (
        "a thread's count jumps",
        lambda c: c.execute(
            sa.update(event).where(event.c.thread_id.is_not(None)).values(thread_no=7)
        ),
        "makes the count of its thread 7 after 0",
    ),
    (
        "a relation is of nothing",
        lambda c: c.execute(sa.update(relation).values(event_id="$none")),
        "there is no event $none that a relation is of",
    ),
    (
        "a room does not know its member",
        lambda c: c.execute(
            sa.delete(room_state).where(
                room_state.c.type == "m.room.member", room_state.c.state_key == "@bob:localhost"
            )
        ),
        "@bob:localhost has a membership that the room has not",
    ),
    (
        "a sum of mentions jumps",
        lambda c: c.execute(
            sa.update(unread_mark).values(highlight_sum=unread_mark.c.highlight_sum * 10 - 5)
        ),
        "the highlight_sum of @bob:localhost",
    ),
    (
        "a token is of nobody",
        lambda c: c.execute(sa.update(account).values(deactivated_at_ms=1)),
        "@alice:localhost has a token and no account, or one that is closed",
    ),
    (
        "a message for a device is gone",
        lambda c: c.execute(sa.update(device_message).values(nth=device_message.c.nth * 2)),
        "has 2 messages, numbered as 3",
    ),
    (
        "messages wait for no device",
        lambda c: c.execute(sa.delete(device)),
        "has messages and is not there",
    ),
    (
        "a backup of keys has lost one",
        lambda c: c.execute(sa.delete(backup_key)),
        "counts 1 keys and has 0",
    ),
    (
        "keys are in no pool",
        lambda c: c.execute(sa.delete(key_pool)),
        "has one-time keys that can't be claimed",
    ),
    (
        "account data is not what was counted",
        lambda c: c.execute(sa.update(account_data_size).values(size_bytes=7)),
        "bytes, counted as",
    ),
]


async def test_all_is_well_after_ordinary_use(settings: config.Config) -> None:
    await fill(settings)
    assert found(settings) == []


async def test_what_was_corrupted_is_named(settings: config.Config) -> None:
    """Each damage alone, on the same server: a transaction that is taken back."""
    await fill(settings)
    database = Database(database_url(settings.database, settings.data))
    for what, change, sentence in DAMAGES:
        with database.engine.connect().execution_options(writes=True) as connection:
            transaction = connection.begin()
            change(connection)
            named = list(problems(ReadTx(connection)))
            transaction.rollback()
        assert any(sentence in problem for problem in named), (what, named)
    database.close()


async def test_the_command_names_what_is_wrong_and_exits_1(settings: config.Config) -> None:
    await fill(settings)
    operator = CommandLine(settings.data, settings.database)
    assert operator.admin("check").ok().out == "All is well\n"
    damage(settings, lambda c: c.execute(sa.delete(backup_key)))
    told = operator.admin("check")
    assert (told.code, told.err) == (1, "")
    assert "counts 1 keys and has 0" in told.out
