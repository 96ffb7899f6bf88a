"""Tags of rooms."""

from __future__ import annotations

from typing import Any

from tests.people import Person, segment

ROOM = "!room:localhost"


def path(person: Person, tag: str | None = None, room_id: str = ROOM) -> str:
    tags = f"/user/{segment(person.user_id)}/rooms/{segment(room_id)}/tags"
    return tags if tag is None else f"{tags}/{segment(tag)}"


async def test_tags_come_and_go_one_by_one(alice: Person) -> None:
    assert (await alice.get(path(alice))).ok().body == {"tags": {}}
    (await alice.put(path(alice, "m.favourite"), {"order": 0.25})).ok()
    (await alice.put(path(alice, "u.family/茶"), {})).ok()
    both = {"m.favourite": {"order": 0.25}, "u.family/茶": {}}
    assert (await alice.get(path(alice))).ok().body == {"tags": both}
    (await alice.put(path(alice, "m.favourite"), {"order": 0.5})).ok()
    (await alice.delete(path(alice, "u.family/茶"))).ok()
    (await alice.delete(path(alice, "u.family/茶"))).ok()
    assert (await alice.get(path(alice))).ok().body == {"tags": {"m.favourite": {"order": 0.5}}}
    assert (await alice.get(path(alice, room_id="!other:localhost"))).ok().body == {"tags": {}}


async def test_tags_are_account_data_of_the_room(alice: Person) -> None:
    (await alice.put(path(alice, "u.work"), {})).ok()
    room = f"/user/{segment(alice.user_id)}/rooms/{segment(ROOM)}"
    data = (await alice.get(f"{room}/account_data/m.tag")).ok()
    assert data.body == {"tags": {"u.work": {}}}
    (await alice.put(f"{room}/account_data/m.tag", {"tags": 5})).ok()
    assert (await alice.get(path(alice))).ok().body == {"tags": {}}
    (await alice.put(path(alice, "u.work"), {})).ok()


async def test_nobody_else_reads_or_changes_tags(alice: Person, bob: Person) -> None:
    (await alice.put(path(alice, "u.work"), {})).ok()
    (await bob.get(path(alice))).refused(403, "M_FORBIDDEN")
    (await bob.put(path(alice, "u.play"), {})).refused(403, "M_FORBIDDEN")
    (await bob.delete(path(alice, "u.work"))).refused(403, "M_FORBIDDEN")
    nobody = Person(alice.http)
    (await nobody.get(path(alice))).refused(401, "M_MISSING_TOKEN")
    (await nobody.put(path(alice, "u.play"), {})).refused(401, "M_MISSING_TOKEN")
    (await nobody.delete(path(alice, "u.work"))).refused(401, "M_MISSING_TOKEN")
    assert (await alice.get(path(alice))).ok().body == {"tags": {"u.work": {}}}


async def test_wrong_tags_are_refused(alice: Person) -> None:
    wrong: list[Any] = ["first", True, [], None]
    for order in wrong:
        (await alice.put(path(alice, "u.x"), {"order": order})).refused(400, "M_BAD_JSON")
    (await alice.put(path(alice, "u.x"), [])).refused(400, "M_BAD_JSON")
    (await alice.put(path(alice, "u.x"), b"x")).refused(400, "M_NOT_JSON")
    (await alice.put(path(alice, "x" * 256), {})).refused(400, "M_INVALID_PARAM")
    (await alice.put(path(alice, "u.x", "nowhere"), {})).refused(400, "M_INVALID_PARAM")
    (await alice.get(path(alice, room_id="nowhere"))).refused(400, "M_INVALID_PARAM")
    (await alice.delete(path(alice, "u.x", "nowhere"))).refused(400, "M_INVALID_PARAM")
    assert (await alice.get(path(alice))).ok().body == {"tags": {}}


async def test_a_room_has_so_many_tags(alice: Person) -> None:
    for number in range(100):
        (await alice.put(path(alice, f"u.{number}"), {})).ok()
    (await alice.put(path(alice, "u.100"), {})).refused(413, "M_TOO_LARGE")
    (await alice.put(path(alice, "u.99"), {"order": 1})).ok()
