"""What a person takes along into the room that replaces one of theirs."""

from __future__ import annotations

from typing import Any

from tests.people import Person, segment
from tests.rooms.reading import of, together
from tests.rooms.test_upgrading import upgrade


def own(person: Person, *parts: str) -> str:
    return "/".join((f"/user/{segment(person.user_id)}", *(segment(part) for part in parts)))


async def tag(person: Person, room_id: str, name: str) -> None:
    (await person.put(own(person, "rooms", room_id, "tags", name), {"order": 0.5})).ok()


async def tags(person: Person, room_id: str) -> Any:
    return (await person.get(own(person, "rooms", room_id, "tags"))).ok()["tags"]


async def mute(person: Person, room_id: str) -> None:
    named = {"kind": "event_match", "key": "room_id", "pattern": room_id}
    path = f"/pushrules/global/override/{segment(room_id)}"
    (await person.put(path, {"actions": [], "conditions": [named]})).ok()


async def rule(person: Person, kind: str, room_id: str) -> Any:
    found = await person.get(f"/pushrules/global/{kind}/{segment(room_id)}")
    return found.ok().body if found.status == 200 else None


async def test_tags_go_along_with_who_upgrades_and_with_who_follows(
    alice: Person, bob: Person
) -> None:
    old = await together(alice, bob)
    await tag(alice, old, "m.favourite")
    await tag(bob, old, "u.work")
    new = await upgrade(alice, old)
    assert await tags(alice, new) == {"m.favourite": {"order": 0.5}}
    assert await tags(bob, new) == {}
    (await bob.join(new)).ok()
    assert await tags(bob, new) == await tags(bob, old) == {"u.work": {"order": 0.5}}


async def test_tags_of_the_new_room_stay(alice: Person, bob: Person) -> None:
    old = await together(alice, bob)
    await tag(bob, old, "u.old")
    new = await upgrade(alice, old)
    await tag(bob, new, "u.new")
    (await bob.join(new)).ok()
    assert list(await tags(bob, new)) == ["u.new"]


async def test_a_muted_room_stays_muted(alice: Person, bob: Person) -> None:
    old = await together(alice, bob)
    await mute(bob, old)
    path = f"/pushrules/global/room/{segment(old)}"
    (await bob.put(path, {"actions": ["notify"]})).ok()
    (await bob.put(path + "/enabled", {"enabled": False})).ok()
    new = await upgrade(alice, old)
    (await bob.join(new)).ok()
    muted = await rule(bob, "override", new)
    assert muted["actions"] == []
    assert muted["conditions"] == [{"kind": "event_match", "key": "room_id", "pattern": new}]
    plain = await rule(bob, "room", new)
    assert (plain["actions"], plain["enabled"]) == (["notify"], False)
    assert await rule(alice, "override", new) is None


async def test_a_direct_chat_stays_one(alice: Person, bob: Person) -> None:
    old = await together(alice, bob)
    chats = {alice.user_id: ["!other:localhost", old], "@odd:localhost": 7}
    (await bob.put(own(bob, "account_data", "m.direct"), chats)).ok()
    new = await upgrade(alice, old)
    (await bob.join(new)).ok()
    direct = (await bob.get(own(bob, "account_data", "m.direct"))).ok()
    assert direct.body == {**chats, alice.user_id: ["!other:localhost", old, new]}


async def test_a_room_that_only_says_so_inherits_nothing(alice: Person, bob: Person) -> None:
    old = await together(alice, bob)
    await tag(bob, old, "m.favourite")
    said = {"predecessor": {"room_id": old, "event_id": "$" + "A" * 43}}
    false = await alice.create_room(preset="public_chat", creation_content=said)
    (await bob.join(false)).ok()
    assert await tags(bob, false) == {}
    path = of(old, "state", "m.room.tombstone", "")
    (await alice.put(path, {"body": "", "replacement_room": false})).ok()
    (await bob.leave(false)).ok()
    (await bob.join(false)).ok()
    assert list(await tags(bob, false)) == ["m.favourite"]


async def test_who_replaces_a_room_by_hand_takes_it_along_too(alice: Person, bob: Person) -> None:
    old = await together(alice, bob)
    await tag(alice, old, "m.favourite")
    said = {"predecessor": {"room_id": old}}
    new = await alice.create_room(preset="public_chat", creation_content=said)
    path = of(old, "state", "m.room.tombstone", "")
    assert await tags(alice, new) == {}
    (await alice.put(path, {"body": "", "replacement_room": "!nowhere:localhost"})).ok()
    (await alice.put(path, {"body": "", "replacement_room": new})).ok()
    assert list(await tags(alice, new)) == ["m.favourite"]
    assert await tags(bob, new) == {}


async def test_who_was_not_in_the_old_room_takes_nothing_along(
    alice: Person, carol: Person
) -> None:
    old = await together(alice)
    await tag(carol, old, "m.favourite")
    new = await upgrade(alice, old)
    (await carol.join(new)).ok()
    assert await tags(carol, new) == {}
