"""Old history is purged: what is left, what is gone, and what people see of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from teahouse import config
from teahouse.check import problems
from teahouse.homeserver.rooms.upkeep import purge_store
from teahouse.kit.clock import ManualClock
from tests.administration.operators import V1, an_operator
from tests.people import Person, segment
from tests.push.test_unread import unread, unread_by_thread
from tests.receipts.test_receipts import read
from tests.search.searching import find
from tests.server import Server, running

DAY_MS = 86_400_000


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def server(settings: config.Config, clock: ManualClock) -> AsyncIterator[Server]:
    async with running(replace(settings, retention_days=30), clock) as server:
        yield server
        assert await server.teahouse.database.read(lambda tx: list(problems(tx))) == []


async def purge(server: Server, room_id: str, clock: ManualClock) -> int:
    return await server.teahouse.purging.purge(room_id, clock.now_ms())


async def history(person: Person, room_id: str, dir: str = "b") -> list[dict[str, Any]]:
    path = f"/rooms/{segment(room_id)}/messages"
    chunk: list[dict[str, Any]] = (await person.get(path, dir=dir, limit=100)).ok()["chunk"]
    return chunk


def said(events: list[dict[str, Any]]) -> list[str]:
    return [event["content"]["body"] for event in events if "body" in event["content"]]


async def two_in_a_room(alice: Person, bob: Person) -> str:
    room_id = await alice.create_room(preset="public_chat")
    await bob.join(room_id)
    return room_id


async def in_thread(person: Person, room_id: str, root: str, text: str) -> str:
    content = {"body": text, "m.relates_to": {"rel_type": "m.thread", "event_id": root}}
    event_id: str = (await person.send(room_id, content)).ok()["event_id"]
    return event_id


async def test_what_was_said_before_is_gone_and_state_stays(
    server: Server, clock: ManualClock, alice: Person, bob: Person
) -> None:
    room_id = await two_in_a_room(alice, bob)
    await alice.set_state(room_id, "m.room.name", {"name": "Before"})
    gone = [await alice.say(room_id, f"oolong {n}") for n in range(3)]
    await alice.send(
        room_id, {"body": "x", "m.relates_to": {"rel_type": "m.reference", "event_id": gone[0]}}
    )
    await bob.sync()
    token = bob.since
    clock.advance(DAY_MS)
    kept = await alice.say(room_id, "sencha")
    assert await purge(server, room_id, clock) == 4
    for direction in ("b", "f"):
        events = await history(bob, room_id, direction)
        assert said(events) == ["sencha"]
        types = {event["type"] for event in events}
        assert types >= {"m.room.create", "m.room.name", "m.room.member"}
    for event_id in gone:
        path = f"/rooms/{segment(room_id)}/event/{segment(event_id)}"
        (await bob.get(path)).refused(404, "M_NOT_FOUND")
        context = f"/rooms/{segment(room_id)}/context/{segment(event_id)}"
        (await bob.get(context)).refused(404, "M_NOT_FOUND")
    relations = f"/_matrix/client/v1/rooms/{segment(room_id)}/relations/{segment(gone[0])}"
    (await bob.get(relations)).refused(404, "M_NOT_FOUND")
    assert await find(bob, "oolong") == []
    assert await find(bob, "sencha") == [kept]
    # A device that knew the old ones hears of the new one; one that begins sees what is left.
    bob.since = token
    timeline = (await bob.sync())["rooms"]["join"][room_id]["timeline"]
    assert [event["event_id"] for event in timeline["events"]] == [kept]
    bob.since = None
    room = (await bob.sync())["rooms"]["join"][room_id]
    everything = [*room["state"]["events"], *room["timeline"]["events"]]
    assert said(everything) == ["sencha"]
    assert {"name": "Before"} in [event["content"] for event in everything]
    await alice.say(room_id, "and on it goes")
    assert said(await history(bob, room_id)) == ["and on it goes", "sencha"]


async def test_the_newest_event_stays_and_a_second_purge_finds_nothing(
    server: Server, clock: ManualClock, alice: Person
) -> None:
    room_id = await alice.create_room()
    for text in ("one", "two"):
        await alice.say(room_id, text)
    clock.advance(DAY_MS)
    assert await purge(server, room_id, clock) == 1
    assert said(await history(alice, room_id)) == ["two"]
    assert await purge(server, room_id, clock) == 0
    await alice.say(room_id, "three")
    clock.advance(1)
    assert await purge(server, room_id, clock) == 1
    assert said(await history(alice, room_id)) == ["three"]


async def test_nothing_that_is_gone_counts_as_unread(
    server: Server, clock: ManualClock, alice: Person, bob: Person
) -> None:
    room_id = await two_in_a_room(alice, bob)
    root = await alice.say(room_id, "root")
    mention = {"body": "bob", "m.mentions": {"user_ids": [bob.user_id]}}
    for _ in range(3):
        await alice.send(room_id, mention)
        await in_thread(alice, room_id, root, "early")
    assert await unread(bob, room_id) == (7, 3)
    await bob.sync()
    clock.advance(DAY_MS)
    await alice.send(room_id, mention)
    last = await alice.say(room_id, "news")
    await in_thread(alice, room_id, root, "late")
    assert await purge(server, room_id, clock) == 7
    assert await unread(bob, room_id) == (3, 1)
    main, threads = await unread_by_thread(bob, room_id)
    assert main["notification_count"] == 2
    assert threads == {root: {"notification_count": 1, "highlight_count": 0}}
    # Counts go on from there.
    await alice.say(room_id, "more")
    await in_thread(alice, room_id, root, "later")
    assert await unread(bob, room_id) == (5, 1)
    (await read(bob, room_id, last)).ok()
    assert await unread(bob, room_id) == (3, 0)
    clock.advance(DAY_MS)
    newest = await alice.say(room_id, "newest")
    await purge(server, room_id, clock)
    assert await unread(bob, room_id) == (1, 0)
    (await read(bob, room_id, newest)).ok()
    assert await unread(bob, room_id) == (0, 0)


async def test_whoever_had_read_all_has_nothing_unread_afterwards(
    server: Server, clock: ManualClock, alice: Person, bob: Person
) -> None:
    room_id = await two_in_a_room(alice, bob)
    await alice.say(room_id, "one")
    seen = await alice.say(room_id, "two")
    (await read(bob, room_id, seen)).ok()
    clock.advance(DAY_MS)
    await bob.say(room_id, "three")
    await purge(server, room_id, clock)
    assert await unread(bob, room_id) == (0, 0)
    assert await unread(alice, room_id) == (1, 0)


async def test_what_a_crash_interrupts_is_finished(
    server: Server, clock: ManualClock, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    room_id = await alice.create_room()
    for n in range(6):
        await alice.say(room_id, str(n))
    clock.advance(DAY_MS)
    await alice.say(room_id, "last")
    purging = server.teahouse.purging
    monkeypatch.setattr("teahouse.homeserver.rooms.upkeep.purging.EVENTS_A_CHANGE", 2)
    upto = await server.teahouse.database.read(purge_store.boundary, room_id, clock.now_ms())
    assert upto is not None
    await server.teahouse.log.submit(lambda tx: purging._begin(room_id, upto, tx))
    await server.teahouse.log.submit(lambda tx: purging._step(room_id, -1, upto, tx))
    assert said(await history(alice, room_id)) == ["last", "5", "4", "3", "2"]
    # The next purge finishes it first, as the next start does.
    clock.advance(DAY_MS)
    await alice.say(room_id, "newest")
    assert await purge(server, room_id, clock) == 1
    assert said(await history(alice, room_id)) == ["newest"]
    assert await server.teahouse.database.read(purge_store.begun) == []


async def test_the_policy_is_for_all_rooms(
    server: Server, clock: ManualClock, alice: Person
) -> None:
    rooms = [await alice.create_room() for _ in range(2)]
    for room_id in rooms:
        await alice.say(room_id, "old")
        await alice.say(room_id, "newest")
    clock.advance(29 * DAY_MS)
    assert await server.teahouse.retention.follow_policy() == 0
    clock.advance(2 * DAY_MS)
    assert await server.teahouse.retention.follow_policy() == 2
    assert [said(await history(alice, room_id)) for room_id in rooms] == [["newest"]] * 2


async def test_the_operator_purges_a_room(
    server: Server, clock: ManualClock, alice: Person
) -> None:
    olga = await an_operator(server, alice.http)
    room_id = await alice.create_room()
    await alice.say(room_id, "one")
    await alice.say(room_id, "two")
    clock.advance(1)
    path = f"{V1}/rooms/{segment(room_id)}/purge"
    body = {"before_ms": clock.now_ms()}
    (await alice.post(path, body)).refused(403, "M_FORBIDDEN")
    assert (await olga.post(path, body)).ok()["deleted"] == 1
    (await olga.post(path, {"before_ms": -1})).refused(400, "M_BAD_JSON")
    nowhere = f"{V1}/rooms/{segment('!none:localhost')}/purge"
    (await olga.post(nowhere, body)).refused(404, "M_NOT_FOUND")
