"""A new name, or leaving for good, is told to all rooms: a few a change, also over a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from teahouse import config
from teahouse.homeserver.rooms.members import rounds
from teahouse.homeserver.rooms.published import EventAppended
from teahouse.kit.bus import Committed
from teahouse.kit.database import ReadTx
from teahouse.kit.outbox.tables import outbox
from tests.people import Person, client_of, segment, sign_up
from tests.rooms.test_erasing import deactivate
from tests.server import Server, running

ROOMS = 8
"""More than are visited in three changes of the fixture's size."""


@pytest.fixture(autouse=True)
def few_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "ROOMS_A_CHANGE", 3)


async def rooms_of(person: Person, *others: Person) -> list[str]:
    room_ids = [await person.create_room(preset="public_chat") for _ in range(ROOMS)]
    for room_id in room_ids:
        for other in others:
            (await other.join(room_id)).ok()
    return room_ids


async def rename(person: Person, name: str) -> None:
    path = f"/profile/{segment(person.user_id)}/displayname"
    (await person.put(path, {"displayname": name})).ok()


async def names_in(room_ids: Sequence[str], reader: Person, person: Person) -> list[str | None]:
    path = f"state/m.room.member/{segment(person.user_id)}"
    found = [await reader.get(f"/rooms/{segment(room_id)}/{path}") for room_id in room_ids]
    return [answer.ok().body.get("displayname") for answer in found]


def waiting(tx: ReadTx) -> int:
    count: int = tx.scalar(sa.select(sa.func.count()).select_from(outbox))
    return count


async def at_the_end(server: Server) -> None:
    """Returns once no round goes on."""
    async with asyncio.timeout(60):
        while await server.teahouse.database.read(waiting):
            await asyncio.sleep(0.01)


async def test_a_new_name_is_told_to_all_rooms_a_few_a_change(
    server: Server, alice: Person, bob: Person
) -> None:
    room_ids = await rooms_of(bob, alice)
    changes: list[int] = []

    def count(committed: Committed) -> None:
        events = [one for one in committed.items if type(one) is EventAppended]
        changes.append(len(events))

    server.teahouse.log.bus.listen(count)
    await rename(alice, "Alice 茶")
    assert (await names_in(room_ids, bob, alice)).count("Alice 茶") >= 3
    await at_the_end(server)
    assert await names_in(room_ids, bob, alice) == ["Alice 茶"] * ROOMS
    assert [number for number in changes if number] == [3, 3, 2]


async def test_of_two_names_the_newer_one_stands_in_all_rooms(
    server: Server, alice: Person, bob: Person
) -> None:
    room_ids = await rooms_of(bob, alice)
    for name in ("Al", "Alice", "Alicia"):
        await rename(alice, name)
    await at_the_end(server)
    assert await names_in(room_ids, bob, alice) == ["Alicia"] * ROOMS


async def test_a_round_that_is_interrupted_goes_on_after_the_next_start(
    settings: config.Config,
) -> None:
    async with running(settings) as server, client_of(server.url) as http:
        alice = await sign_up(http, "alice")
        room_ids = await rooms_of(alice)
        await server.teahouse.outbox.stop()
        await rename(alice, "Alice")
        assert (await names_in(room_ids, alice, alice)).count("Alice") == 3
    async with running(settings) as server, client_of(server.url) as http:
        alice.http = http
        await at_the_end(server)
        assert await names_in(room_ids, alice, alice) == ["Alice"] * ROOMS


async def test_whoever_closes_their_account_leaves_all_rooms_and_invitations(
    server: Server, alice: Person, bob: Person
) -> None:
    room_ids = await rooms_of(bob)
    for number, room_id in enumerate(room_ids):
        (await bob.invite(room_id, alice)).ok()
        if number % 2:
            (await alice.join(room_id)).ok()
    (await deactivate(alice, erase=False)).ok()
    await at_the_end(server)
    for room_id in room_ids:
        members = (await bob.get(f"/rooms/{segment(room_id)}/members")).ok()["chunk"]
        told = {one["state_key"]: one["content"]["membership"] for one in members}
        assert told == {bob.user_id: "join", alice.user_id: "leave"}


async def test_what_is_left_later_by_who_was_erased_tells_newcomers_no_name(
    server: Server, alice: Person, bob: Person, carol: Person
) -> None:
    await rename(alice, "Alice 茶")
    room_ids = await rooms_of(bob, alice)
    (await deactivate(alice, erase=True)).ok()
    await at_the_end(server)
    for room_id in room_ids:
        (await carol.join(room_id)).ok()
        messages = await carol.get(f"/rooms/{segment(room_id)}/messages", dir="b", limit=100)
        assert alice.user_id in str(messages.ok().body)
        assert "Alice" not in str(messages.body)
