"""`visible`, asked of the tables: by what was so at a position, in the order asked."""

from __future__ import annotations

from teahouse.homeserver.rooms.timeline import stored
from teahouse.homeserver.rooms.timeline.stored import StoredEvent
from teahouse.homeserver.rooms.visibility.standing import NOW
from teahouse.homeserver.rooms.visibility.visibility_reads import visible
from teahouse.kit.database import ReadTx
from tests.people import Person
from tests.rooms.reading import together, with_visibility
from tests.server import Server


async def everything(server: Server, room_id: str) -> list[StoredEvent]:
    return await server.teahouse.database.read(stored.newest, room_id, NOW, 100)


async def seen(
    server: Server,
    person: Person,
    room_id: str,
    events: list[StoredEvent],
    upto: int | None = None,
) -> list[str]:
    def read(tx: ReadTx) -> list[StoredEvent]:
        return visible(tx, person.user_id, room_id, events, upto=upto)

    return [found.event_id for found in await server.teahouse.database.read(read)]


async def test_a_join_after_the_position_opens_nothing(
    server: Server, alice: Person, bob: Person
) -> None:
    room_id = await together(alice)
    await alice.say(room_id, "before")
    before = server.teahouse.log.head
    events = await everything(server, room_id)
    await bob.join(room_id)
    assert await seen(server, bob, room_id, events, upto=before) == []
    assert len(await seen(server, bob, room_id, events)) == len(events)
    assert len(await seen(server, alice, room_id, events, upto=before)) == len(events)


async def test_events_are_told_in_the_order_in_which_they_were_asked_about(
    server: Server, alice: Person, bob: Person
) -> None:
    room_id = await together(alice, **with_visibility("joined"))
    hidden = await alice.say(room_id, "hidden")
    await bob.join(room_id)
    shown = [await alice.say(room_id, str(number)) for number in range(3)]
    events = [e for e in await everything(server, room_id) if e.event_id in (hidden, *shown)]
    assert await seen(server, bob, room_id, events) == shown
    assert await seen(server, bob, room_id, events[::-1]) == shown[::-1]
    assert await seen(server, bob, room_id, events[1:]) == shown
    assert await seen(server, bob, room_id, []) == []


async def test_nobody_sees_by_their_place_in_another_room(
    server: Server, alice: Person, bob: Person
) -> None:
    room_id, other = await together(alice), await together(alice, bob)
    await alice.say(room_id, "x")
    events = await everything(server, room_id)
    assert await seen(server, bob, room_id, events) == []
    assert len(await seen(server, bob, other, await everything(server, other))) > 0
