"""What a person's rooms are is read once, and again when that may have changed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from teahouse.homeserver.rooms.members.spans import MembershipSpan
from teahouse.homeserver.sliding import known_lists
from teahouse.homeserver.sliding.known_lists import KnownLists
from teahouse.homeserver.sliding.own_list import OwnMemberships
from teahouse.homeserver.sync import views
from teahouse.homeserver.sync.user_view import UserView
from teahouse.kit.database import Database
from tests.people import Person
from tests.server import Server
from tests.sliding.following import Following, everything
from tests.statements import counted


async def reads_all_memberships(following: Following, server: Server) -> bool:
    with counted(server.teahouse.database.engine) as statements:
        await following.next()
    return any("stripped_state" in one and "FROM membership" in one for one in statements)


async def test_a_message_needs_no_look_at_all_rooms(
    alice: Person, bob: Person, server: Server
) -> None:
    rooms = [await bob.create_room(invite=[alice.user_id]) for _ in range(3)]
    for room_id in rooms[:2]:
        await alice.join(room_id)
    following = Following(alice, everything())
    assert await reads_all_memberships(following, server)
    for room_id in rooms[:2]:
        await bob.say(room_id, "tea")
        assert not await reads_all_memberships(following, server)
    await alice.join(rooms[2])
    assert await reads_all_memberships(following, server)
    (await alice.post(f"/rooms/{rooms[0]}/leave")).ok()
    (await alice.post(f"/rooms/{rooms[0]}/forget")).ok()
    assert await reads_all_memberships(following, server)
    await bob.say(rooms[1], "more")
    assert not await reads_all_memberships(following, server)


@pytest.mark.parametrize(
    ("count", "stripped_state"),
    [(known_lists.MAX_BYTES // known_lists.ROOM_BYTES * 2 // 5, None), (2, b"x" * (12 << 20))],
)
def test_what_is_known_is_bounded(count: int, stripped_state: bytes | None) -> None:
    known = KnownLists()
    span = MembershipSpan("!a:localhost", "invite", 1, 1 << 62, "@bob:localhost", stripped_state)
    for user_id in ("@a:localhost", "@b:localhost", "@c:localhost", "@c:localhost"):
        known.put(user_id, OwnMemberships(5, [span] * count, (), {}))
    views = {name: UserView(f"@{name}:localhost", 5) for name in "abc"}
    assert {name for name, view in views.items() if known.get(view, 5)} == {"b", "c"}


async def test_who_is_dropped_from_memory_while_they_are_read_for_still_hears(
    alice: Person, bob: Person, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    room_id = await bob.create_room(preset="public_chat")
    await alice.join(room_id)
    following = Following(alice, everything())
    await following.next()
    await following.next()
    teahouse, read = server.teahouse, Database.read
    was_read = asyncio.Event()

    async def read_and_drop(database: Database, *asked: Any) -> Any:
        monkeypatch.setattr(Database, "read", read)
        found = await read(database, *asked)
        (await teahouse.views.user(alice.user_id)).wake()
        monkeypatch.setattr(views, "MAX_USERS", 0)
        teahouse.views._make_room()
        monkeypatch.undo()
        was_read.set()
        return found

    monkeypatch.setattr(Database, "read", read_and_drop)
    # Of something else than before, so that it is read.
    asking = asyncio.create_task(following.next(timeout=3_000, **everything(limit=9)))
    await was_read.wait()
    await bob.say(room_id, "tea")
    assert room_id in (await asking)["rooms"]


def test_so_are_those_who_are_in_no_room() -> None:
    known = KnownLists()
    most = known_lists.MAX_BYTES // known_lists.PERSON_BYTES
    for number in range(most + 1):
        known.put(f"@{number}:localhost", OwnMemberships(5, (), (), {}))
    assert known.get(UserView("@0:localhost", 5), 5) is None
    assert known.get(UserView("@1:localhost", 5), 5) is not None
