"""Who sees what of a room's past, by its history visibility and by where they were then."""

from __future__ import annotations

from tests.people import Person
from tests.rooms.reading import (
    event,
    heard,
    history,
    set_visibility,
    together,
    with_visibility,
)


async def test_who_joins_a_shared_room_sees_what_was_said_before(
    alice: Person, bob: Person
) -> None:
    room_id = await together(alice)
    await alice.say(room_id, "before")
    await bob.join(room_id)
    assert await heard(bob, room_id) == ["before"]


async def test_who_joins_a_joined_room_sees_only_what_is_said_from_then_on(
    alice: Person, bob: Person
) -> None:
    room_id = await together(alice, **with_visibility("joined"))
    hidden = await alice.say(room_id, "before")
    await bob.join(room_id)
    await alice.say(room_id, "after")
    assert await heard(bob, room_id) == ["after"]
    (await event(bob, room_id, hidden)).refused(404, "M_NOT_FOUND")


async def test_who_joins_an_invited_room_sees_it_from_their_invitation_on(
    alice: Person, bob: Person
) -> None:
    room_id = await together(alice, **with_visibility("invited"))
    await alice.say(room_id, "before the invitation")
    await alice.invite(room_id, bob)
    await alice.say(room_id, "after the invitation")
    await bob.join(room_id)
    assert await heard(bob, room_id) == ["after the invitation"]


async def test_who_left_sees_nothing_of_what_is_said_afterwards(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    await alice.say(room_id, "while he was here")
    await bob.leave(room_id)
    later = await alice.say(room_id, "after he left")
    assert await heard(bob, room_id) == ["while he was here"]
    (await event(bob, room_id, later)).refused(404, "M_NOT_FOUND")


async def test_who_comes_back_to_a_shared_room_sees_what_was_said_in_between(
    alice: Person, bob: Person
) -> None:
    room_id = await together(alice, bob)
    await bob.leave(room_id)
    await alice.say(room_id, "in between")
    await bob.join(room_id)
    assert await heard(bob, room_id) == ["in between"]


async def test_who_comes_back_to_a_joined_room_does_not(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob, **with_visibility("joined"))
    await alice.say(room_id, "first")
    await bob.leave(room_id)
    await alice.say(room_id, "in between")
    await bob.join(room_id)
    await alice.say(room_id, "last")
    assert await heard(bob, room_id) == ["first", "last"]


async def test_ones_own_coming_and_going_is_seen_in_any_room(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob, **with_visibility("joined"))
    await bob.leave(room_id)
    own = [e for e in await history(bob, room_id) if e.get("state_key") == bob.user_id]
    assert [e["content"]["membership"] for e in own] == ["join", "leave"]


async def test_a_stricter_setting_does_not_hide_what_was_said_before_it(
    alice: Person, bob: Person
) -> None:
    room_id = await together(alice)
    await alice.say(room_id, "shared")
    turn = await set_visibility(alice, room_id, "joined")
    await alice.say(room_id, "joined")
    await bob.join(room_id)
    assert await heard(bob, room_id) == ["shared"]
    assert turn in [e["event_id"] for e in await history(bob, room_id)]


async def test_a_stranger_sees_what_was_said_while_the_room_was_world_readable(
    alice: Person, bob: Person
) -> None:
    room_id = await together(alice, **with_visibility("world_readable"))
    open_event = await alice.say(room_id, "for everyone")
    assert await heard(bob, room_id) == ["for everyone"]
    await set_visibility(alice, room_id, "shared")
    closed_event = await alice.say(room_id, "for members")
    (await event(bob, room_id, open_event)).ok()
    (await event(bob, room_id, closed_event)).refused(404, "M_NOT_FOUND")


async def test_who_is_banned_keeps_what_they_saw_and_no_more(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    await alice.say(room_id, "before the ban")
    (await alice.post(f"/rooms/{room_id}/ban", {"user_id": bob.user_id})).ok()
    await alice.say(room_id, "after the ban")
    assert await heard(bob, room_id) == ["before the ban"]


async def test_what_state_replaced_is_not_told_to_who_may_not_see_it(
    alice: Person, bob: Person
) -> None:
    room_id = await together(alice, name="secret plan", **with_visibility("joined"))
    await set_visibility(alice, room_id, "shared")
    changed = (await alice.set_state(room_id, "m.room.name", {"name": "picnic"})).ok()["event_id"]
    await bob.join(room_id)
    to_alice = (await event(alice, room_id, changed)).ok()["unsigned"]
    to_bob = (await event(bob, room_id, changed)).ok()["unsigned"]
    assert to_alice["prev_content"] == {"name": "secret plan"}
    assert "prev_content" not in to_bob
    assert to_bob["replaces_state"] == to_alice["replaces_state"]


async def test_redacted_state_is_gone_from_what_its_successor_says(
    alice: Person, bob: Person
) -> None:
    room_id = await together(alice, bob)
    regretted = (await alice.set_state(room_id, "m.room.topic", {"topic": "oh no"})).ok()
    successor = (await alice.set_state(room_id, "m.room.topic", {"topic": "tea"})).ok()
    (await alice.put(f"/rooms/{room_id}/redact/{regretted['event_id']}/r1")).ok()
    shown = (await event(bob, room_id, successor["event_id"])).ok()
    assert shown["unsigned"]["prev_content"] == {}
    assert shown["content"] == {"topic": "tea"}
