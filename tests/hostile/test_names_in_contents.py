"""Contents are anyone's words. What they name that can be no name, such as a text with a NUL, which
PostgreSQL can't store, names nothing; nobody gets a failure for it, least of all somebody else."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from typing import Any

import pytest

from tests.people import Answer, Person, segment

V1 = "/_matrix/client/v1"
NO_NAMES: tuple[Any, ...] = ("x\0y", "茶" * 86, "", 7, [[]])
"""After the sigil, where it is a text."""


def no_names(sigil: str) -> list[Any]:
    return [sigil + name if isinstance(name, str) else name for name in NO_NAMES]


@pytest.fixture
async def room_id(alice: Person, bob: Person) -> str:
    room_id = await alice.create_room(preset="public_chat")
    (await bob.join(room_id)).ok()
    return room_id


async def space_of(person: Person, *children: str) -> str:
    space_id = await person.create_room(preset="public_chat", creation_content={"type": "m.space"})
    for child in children:
        (await person.set_state(space_id, "m.space.child", {"via": ["localhost"]}, child)).ok()
    return space_id


async def seen_in_hierarchy(person: Person, space_id: str) -> int:
    answer = await person.get(f"{V1}/rooms/{segment(space_id)}/hierarchy")
    return len(answer.ok()["rooms"])


async def summary(person: Person, room_id: str) -> int:
    return (await person.get(f"{V1}/room_summary/{segment(room_id)}")).status


async def test_a_room_may_say_that_it_replaces_anything(alice: Person, bob: Person) -> None:
    rooms = [
        await alice.create_room(
            preset="public_chat", creation_content={"predecessor": {"room_id": old}}
        )
        for old in no_names("!")
    ]
    for room_id in rooms:
        (await bob.join(room_id)).ok()
        assert await summary(bob, room_id) == 200
    space_id = await space_of(alice, *rooms)
    assert await seen_in_hierarchy(bob, space_id) == len(rooms) + 1


async def test_a_room_open_to_members_of_nothing_lets_nobody_in(alice: Person, bob: Person) -> None:
    rooms = []
    for other in no_names("!"):
        rule = {"type": "m.room_membership", "room_id": other}
        content = {"join_rule": "restricted", "allow": [rule]}
        state = {"type": "m.room.join_rules", "state_key": "", "content": content}
        rooms.append(await alice.create_room(initial_state=[state]))
    for room_id in rooms:
        (await bob.join(room_id)).refused(403, "M_FORBIDDEN")
        assert await summary(bob, room_id) == 404
        assert await summary(alice, room_id) == 200
    space_id = await space_of(alice, *rooms)
    assert await seen_in_hierarchy(bob, space_id) == 1
    assert await seen_in_hierarchy(alice, space_id) == len(rooms) + 1


async def test_a_room_may_say_that_anything_replaces_it(alice: Person, room_id: str) -> None:
    for new in no_names("!"):
        (await alice.set_state(room_id, "m.room.tombstone", {"replacement_room": new})).ok()
    (await alice.post(f"/rooms/{segment(room_id)}/upgrade", {"new_version": "12"})).ok()


async def test_an_event_may_relate_to_anything(alice: Person, bob: Person, room_id: str) -> None:
    root = await alice.say(room_id, "root")
    relations = [
        *({"rel_type": "m.thread", "event_id": other} for other in no_names("$")),
        *({"rel_type": rel_type, "event_id": root} for rel_type in no_names("m.x")),
        *({"rel_type": "m.annotation", "event_id": root, "key": key} for key in no_names("")),
    ]
    for relates_to in relations:
        for type in ("m.room.message", "m.reaction"):
            content = {"body": "x", "m.relates_to": relates_to}
            event_id = (await alice.send(room_id, content, type=type)).ok()["event_id"]
            path = f"/rooms/{segment(room_id)}/redact/{segment(event_id)}/{event_id[1:]}"
            (await alice.put(path, {})).ok()
    await bob.say(room_id, "heard")
    await bob.sync()


async def test_a_redaction_of_nothing_is_refused(alice: Person, room_id: str) -> None:
    for other in no_names("$"):
        answer = await alice.send(room_id, {"redacts": other}, type="m.room.redaction")
        answer.refused(400, "M_INVALID_PARAM")


async def test_a_name_that_no_room_can_have_is_refused(alice: Person, room_id: str) -> None:
    for alias in (f"#{name}:localhost" for name in NO_NAMES if isinstance(name, str)):
        for content in ({"alias": alias}, {"alt_aliases": [alias]}):
            answer = await alice.set_state(room_id, "m.room.canonical_alias", content)
            assert answer.status == 400
            assert answer.errcode in ("M_BAD_ALIAS", "M_INVALID_PARAM")


async def test_a_push_rule_for_a_room_that_can_not_be_counts_nothing(
    alice: Person, bob: Person, room_id: str
) -> None:
    for place, name in enumerate(no_names("!")):
        condition = {"kind": "event_match", "key": "room_id", "pattern": name}
        rule = {"actions": [], "conditions": [condition]}
        answer = await alice.put(f"/pushrules/global/override/r{place}", rule)
        assert answer.status < 500, answer
    await bob.say(room_id, "heard")
    assert (await alice.sync())["rooms"]["join"][room_id]["unread_notifications"][
        "notification_count"
    ]


async def test_a_filter_by_names_that_can_not_be_breaks_nothing(
    alice: Person, room_id: str
) -> None:
    await alice.say(room_id, "tea")
    for name in ("!x\0y", "!" + "茶" * 86):
        for field in ("rooms", "not_rooms", "types", "not_types"):
            wanted = {field: [name]}
            room = {**wanted, "timeline": wanted, "state": wanted, "ephemeral": wanted}
            whole = json.dumps({"room": room, "presence": wanted, "account_data": wanted})
            await fine(alice.get("/sync", filter=whole, timeout=0))
            messages = f"/rooms/{segment(room_id)}/messages"
            await fine(alice.get(messages, dir="b", filter=json.dumps(wanted)))
            events = {"search_term": f"tea {name}", "filter": wanted}
            await fine(alice.post("/search", {"search_categories": {"room_events": events}}))


async def fine(answer: Awaitable[Answer]) -> None:
    assert (await answer).status in (200, 400)
