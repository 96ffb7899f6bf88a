"""GET /rooms/{roomId}/state, all of it and one piece: of the room as it is, or was on leaving."""

from __future__ import annotations

import pytest

from teahouse.homeserver.rooms.writing import append
from tests.people import Person
from tests.rooms.reading import NO_ROOM, of, together, with_visibility
from tests.server import Server


async def test_a_member_reads_the_whole_state(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob, name="Tea")
    state = (await bob.get(of(room_id, "state"))).ok().body
    found = {(e["type"], e["state_key"]): e for e in state}
    assert len(found) == len(state)
    assert found["m.room.name", ""]["content"] == {"name": "Tea"}
    assert found["m.room.member", bob.user_id]["content"]["membership"] == "join"
    assert found["m.room.create", ""]["sender"] == alice.user_id


async def test_one_piece_is_its_content_or_the_whole_event(alice: Person) -> None:
    room_id = await together(alice, name="Tea")
    name = of(room_id, "state", "m.room.name")
    for path in (name, name + "/"):
        assert (await alice.get(path)).ok().body == {"name": "Tea"}
        assert (await alice.get(path, format="content")).ok().body == {"name": "Tea"}
    whole = (await alice.get(name, format="event")).ok()
    assert (whole["type"], whole["state_key"], whole["content"]) == (
        "m.room.name",
        "",
        {"name": "Tea"},
    )
    (await alice.get(name, format="other")).refused(400, "M_INVALID_PARAM")


async def test_a_state_key_may_have_any_letters(alice: Person) -> None:
    room_id = await together(alice)
    for key in ("a/b", "茶", "x y", "%2F"):
        (await alice.set_state(room_id, "im.example", {"key": key}, key)).ok()
        assert (await alice.get(of(room_id, "state", "im.example", key))).ok()["key"] == key


async def test_state_that_is_not_there_is_not_found(alice: Person) -> None:
    room_id = await together(alice, name="Tea")
    (await alice.get(of(room_id, "state", "m.room.topic"))).refused(404, "M_NOT_FOUND")
    (await alice.get(of(room_id, "state", "m.room.name", "x"))).refused(404, "M_NOT_FOUND")


@pytest.mark.parametrize("parts", [("state",), ("state", "m.room.name"), ("members",)])
async def test_a_stranger_can_not_tell_a_room_from_none(
    alice: Person, carol: Person, parts: tuple[str, ...]
) -> None:
    room_id = await together(alice, name="Tea")
    theirs = (await carol.get(of(room_id, *parts))).refused(403, "M_FORBIDDEN")
    missing = (await carol.get(of(NO_ROOM, *parts))).refused(403, "M_FORBIDDEN")
    assert theirs.body == missing.body
    (await carol.get(of("no room at all", *parts))).refused(403, "M_FORBIDDEN")


async def test_an_invitation_alone_does_not_open_the_state(alice: Person, bob: Person) -> None:
    room_id = await together(alice, name="Tea")
    await alice.invite(room_id, bob)
    (await bob.get(of(room_id, "state"))).refused(403, "M_FORBIDDEN")
    await bob.leave(room_id)
    (await bob.get(of(room_id, "state"))).refused(403, "M_FORBIDDEN")


async def test_who_left_reads_the_state_as_it_was_when_they_left(
    alice: Person, bob: Person
) -> None:
    room_id = await together(alice, bob, name="Tea")
    await bob.leave(room_id)
    await alice.set_state(room_id, "m.room.name", {"name": "Coffee"})
    (await alice.set_state(room_id, "m.room.topic", {"topic": "new"})).ok()
    assert (await bob.get(of(room_id, "state", "m.room.name"))).ok().body == {"name": "Tea"}
    (await bob.get(of(room_id, "state", "m.room.topic"))).refused(404, "M_NOT_FOUND")
    state = (await bob.get(of(room_id, "state"))).ok().body
    own = next(e for e in state if e.get("state_key") == bob.user_id)
    assert own["content"]["membership"] == "leave"
    assert (await alice.get(of(room_id, "state", "m.room.name"))).ok()["name"] == "Coffee"


async def test_a_later_ban_does_not_move_the_moment_of_leaving(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob, name="Tea")
    await bob.leave(room_id)
    await alice.set_state(room_id, "m.room.name", {"name": "Coffee"})
    (await alice.post(of(room_id, "ban"), {"user_id": bob.user_id})).ok()
    assert (await bob.get(of(room_id, "state", "m.room.name"))).ok().body == {"name": "Tea"}


async def test_who_has_forgotten_a_room_reads_it_no_more(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    await bob.leave(room_id)
    (await bob.get(of(room_id, "state"))).ok()
    (await bob.post(of(room_id, "forget"))).ok()
    (await bob.get(of(room_id, "state"))).refused(403, "M_FORBIDDEN")
    (await bob.get(of(room_id, "messages"), dir="b")).refused(403, "M_FORBIDDEN")
    (await bob.join(room_id)).ok()
    (await bob.get(of(room_id, "state"))).ok()


async def test_anyone_reads_the_state_of_a_world_readable_room(
    alice: Person, carol: Person
) -> None:
    room_id = await together(alice, name="Tea", **with_visibility("world_readable"))
    assert (await carol.get(of(room_id, "state", "m.room.name"))).ok().body == {"name": "Tea"}


async def test_the_state_of_a_room_has_so_many_bytes(
    alice: Person, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(append, "MAX_STATE_BYTES", 150_000)
    room_id = await alice.create_room()
    large, small = {"tea": "x" * 60_000}, {"tea": "x"}
    for key in ("a", "b"):
        (await alice.set_state(room_id, "m.x", large, key)).ok()
    (await alice.set_state(room_id, "m.x", large, "c")).refused(413, "M_TOO_LARGE")
    # The same is known when the room is read again.
    server.teahouse.rooms.memory.clear()
    (await alice.set_state(room_id, "m.x", large, "c")).refused(413, "M_TOO_LARGE")
    (await alice.set_state(room_id, "m.x", small, "a")).ok()
    (await alice.set_state(room_id, "m.x", large, "c")).ok()
    # What is said is no state.
    (await alice.send(room_id, large)).ok()


async def test_a_membership_has_so_many_bytes(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    large = {"membership": "ban", "tea": "x" * 8_000}
    nobody = "@nobody:localhost"
    (await alice.set_state(room_id, "m.room.member", large, nobody)).refused(413, "M_TOO_LARGE")
    (await alice.set_state(room_id, "m.room.member", {"membership": "ban"}, nobody)).ok()
    mine = {"membership": "join", "displayname": "Bob", "tea": "x" * 8_000}
    (await bob.set_state(room_id, "m.room.member", mine, bob.user_id)).refused(413, "M_TOO_LARGE")
    (await bob.set_state(room_id, "m.room.member", mine | {"tea": "x" * 7_000}, bob.user_id)).ok()
