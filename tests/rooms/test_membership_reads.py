"""Who shares a room with whom, and by whom a nameless room is called."""

from __future__ import annotations

from typing import Any

from teahouse.homeserver.rooms.members import membership_reads
from teahouse.homeserver.rooms.visibility.standing import NOW
from tests.people import Person
from tests.rooms.reading import together
from tests.server import Server


async def read(server: Server, function: Any, *args: Any) -> Any:
    return await server.teahouse.database.read(function, *args)


async def summary(server: Server, room_id: str, person: Person, upto: int = NOW) -> Any:
    return await read(server, membership_reads.summary, room_id, person.user_id, upto)


async def test_people_share_a_room_while_both_are_in_it(
    server: Server, alice: Person, bob: Person, carol: Person
) -> None:
    room_id = await together(alice, bob)
    await alice.invite(room_id, carol)

    async def shared(one: Person, other: Person) -> bool:
        found: bool = await read(server, membership_reads.shares_room, one.user_id, other.user_id)
        return found

    assert await shared(alice, bob)
    assert await shared(bob, alice)
    assert not await shared(alice, carol)
    await bob.leave(room_id)
    assert not await shared(alice, bob)


async def test_sharing_users_are_those_in_any_of_ones_rooms(
    server: Server, alice: Person, bob: Person, carol: Person
) -> None:
    one, other = await together(alice, bob), await together(alice, carol)
    everyone = {alice.user_id, bob.user_id, carol.user_id}

    async def sharing(person: Person) -> set[str]:
        found: set[str] = await read(server, membership_reads.sharing_users, person.user_id)
        return found

    assert await sharing(alice) == everyone
    assert await sharing(bob) == everyone - {carol.user_id}
    await bob.leave(one)
    assert await sharing(bob) == set()
    assert await sharing(alice) == everyone - {bob.user_id}
    members = await read(server, membership_reads.joined_members, other)
    assert set(members) == {alice.user_id, carol.user_id}


async def test_a_membership_is_told_as_of_a_position(
    server: Server, alice: Person, bob: Person
) -> None:
    room_id = await together(alice)
    before = server.teahouse.log.head
    await alice.invite(room_id, bob)
    invited = server.teahouse.log.head
    await bob.join(room_id)
    told = [
        await read(server, membership_reads.membership_at, bob.user_id, room_id, pos)
        for pos in (before, invited, NOW)
    ]
    assert told == [None, "invite", "join"]


async def test_a_nameless_room_is_called_by_the_others(
    server: Server, alice: Person, bob: Person, carol: Person
) -> None:
    room_id = await together(alice, bob)
    await alice.invite(room_id, carol)
    assert await summary(server, room_id, alice) == {
        "m.joined_member_count": 2,
        "m.invited_member_count": 1,
        "m.heroes": [bob.user_id, carol.user_id],
    }
    assert (await summary(server, room_id, bob))["m.heroes"] == [alice.user_id, carol.user_id]


async def test_a_room_of_ones_own_is_called_by_those_who_left(
    server: Server, alice: Person, bob: Person
) -> None:
    room_id = await together(alice, bob)
    with_bob = server.teahouse.log.head
    await bob.leave(room_id)
    assert await summary(server, room_id, alice) == {
        "m.joined_member_count": 1,
        "m.invited_member_count": 0,
        "m.heroes": [bob.user_id],
    }
    assert (await summary(server, room_id, alice, with_bob))["m.joined_member_count"] == 2


async def test_a_room_with_a_name_has_no_heroes(server: Server, alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob, name="Tea")
    assert "m.heroes" not in await summary(server, room_id, alice)


async def test_a_room_has_at_most_five_heroes(server: Server, alice: Person) -> None:
    room_id = await together(alice)
    invited = [f"@friend{number}:localhost" for number in range(7)]
    for user_id in invited:
        (await alice.post(f"/rooms/{room_id}/invite", {"user_id": user_id})).ok()
    assert (await summary(server, room_id, alice))["m.heroes"] == invited[:5]
