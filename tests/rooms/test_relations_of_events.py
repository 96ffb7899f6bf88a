"""GET /rooms/{roomId}/relations and /threads."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import Answer, Person, segment
from tests.rooms.reading import NO_ROOM, V1, of, texts, together, with_visibility
from tests.rooms.test_aggregations import edit, redact, relate


async def related(person: Person, room_id: str, event_id: str, *kind: str, **query: Any) -> Answer:
    return await person.get(V1 + of(room_id, "relations", event_id, *kind), **query)


async def threads(person: Person, room_id: str, **query: Any) -> Answer:
    return await person.get(f"{V1}/rooms/{segment(room_id)}/threads", **query)


def ids(answer: Answer) -> list[str]:
    return [e["event_id"] for e in answer.ok()["chunk"]]


async def test_relations_are_found_newest_first_and_by_kind(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    root = await alice.say(room_id, "root")
    said = await relate(bob, room_id, root, "m.thread", body="said")
    poked = await relate(bob, room_id, root, "m.thread", type="im.poke")
    noted = await relate(bob, room_id, root, "m.reference", body="noted")
    assert ids(await related(alice, room_id, root)) == [noted, poked, said]
    assert ids(await related(alice, room_id, root, dir="f")) == [said, poked, noted]
    assert ids(await related(alice, room_id, root, "m.thread")) == [poked, said]
    assert ids(await related(alice, room_id, root, "m.thread", "im.poke")) == [poked]
    assert ids(await related(alice, room_id, root, "m.annotation")) == []


@pytest.mark.parametrize("dir", ["b", "f"])
async def test_relations_come_in_pages(alice: Person, dir: str) -> None:
    room_id = await together(alice)
    root = await alice.say(room_id, "root")
    sent = []
    for number in range(5):
        sent.append(await relate(alice, room_id, root, "m.thread", body=str(number)))
        await alice.say(room_id, "in between")
    found, token = [], None
    for expected in (2, 2, 1):
        page = await related(alice, room_id, root, limit=2, dir=dir, **{"from": token})
        assert len(ids(page)) == expected
        assert page.body.get("prev_batch") == token
        found += ids(page)
        token = page.body.get("next_batch")
    assert token is None
    assert found == (sent if dir == "f" else list(reversed(sent)))


async def test_relations_stop_at_a_token(alice: Person) -> None:
    room_id = await together(alice)
    root = await alice.say(room_id, "root")
    sent = [await relate(alice, room_id, root, "m.thread", body=str(n)) for n in range(4)]
    stop = (await related(alice, room_id, root, limit=2))["next_batch"]
    assert ids(await related(alice, room_id, root, to=stop)) == [sent[3], sent[2]]
    (await related(alice, room_id, root, to="x")).refused(400, "M_INVALID_PARAM")


async def test_relations_of_relations_are_found_when_asked_for(alice: Person) -> None:
    room_id = await together(alice)
    root = await alice.say(room_id, "0")
    chain = [root]
    for _ in range(4):
        chain.append(await relate(alice, room_id, chain[-1], "m.reference"))
    changed = await edit(alice, room_id, chain[1], "changed")
    near = await related(alice, room_id, root)
    assert ids(near) == [chain[1]]
    assert "recursion_depth" not in near.body
    far = await related(alice, room_id, root, recurse="true")
    assert ids(far) == [changed, chain[3], chain[2], chain[1]]
    assert far["recursion_depth"] == 3
    assert ids(await related(alice, room_id, root, "m.replace", recurse="true")) == [changed]


async def test_relations_that_are_redacted_or_hidden_are_left_out(
    alice: Person, bob: Person
) -> None:
    room_id = await together(alice, bob)
    root = await alice.say(room_id, "root")
    gone = await relate(alice, room_id, root, "m.thread", body="gone")
    kept = await relate(alice, room_id, root, "m.thread", body="kept")
    await redact(alice, room_id, gone)
    await bob.leave(room_id)
    later = await relate(alice, room_id, root, "m.thread", body="later")
    assert ids(await related(bob, room_id, root)) == [kept]
    assert ids(await related(alice, room_id, root)) == [later, kept]


async def test_a_stranger_can_not_tell_an_event_from_none(alice: Person, carol: Person) -> None:
    room_id = await together(alice)
    root = await alice.say(room_id, "root")
    theirs = (await related(carol, room_id, root)).refused(404, "M_NOT_FOUND")
    missing = (await related(carol, NO_ROOM, root)).refused(404, "M_NOT_FOUND")
    assert theirs.body == missing.body
    (await related(alice, room_id, "$none")).refused(404, "M_NOT_FOUND")


@pytest.mark.parametrize("query", [{"limit": "0"}, {"dir": "up"}, {"from": "x"}, {"recurse": "1"}])
async def test_a_malformed_question_is_refused(alice: Person, query: dict[str, str]) -> None:
    room_id = await together(alice)
    root = await alice.say(room_id, "root")
    (await related(alice, room_id, root, **query)).refused(400, "M_INVALID_PARAM")


# threads


async def test_threads_are_listed_by_their_newest_event(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    first, second = await alice.say(room_id, "first"), await alice.say(room_id, "second")
    await alice.say(room_id, "no thread")
    await relate(alice, room_id, second, "m.thread", body="x")
    await relate(alice, room_id, first, "m.thread", body="x")
    found = await threads(bob, room_id)
    assert ids(found) == [first, second]
    assert found["chunk"][0]["unsigned"]["m.relations"]["m.thread"]["count"] == 1
    assert "next_batch" not in found.body
    await relate(alice, room_id, second, "m.thread", body="y")
    assert ids(await threads(bob, room_id)) == [second, first]


async def test_threads_come_in_pages(alice: Person) -> None:
    room_id = await together(alice)
    roots = [await alice.say(room_id, str(number)) for number in range(3)]
    for root in roots:
        await relate(alice, room_id, root, "m.thread", body="x")
    page = await threads(alice, room_id, limit=2)
    assert ids(page) == [roots[2], roots[1]]
    rest = await threads(alice, room_id, limit=2, **{"from": page["next_batch"]})
    assert ids(rest) == [roots[0]]
    assert "next_batch" not in rest.body


async def test_threads_are_chosen_by_having_taken_part(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    started, answered, other = [await p.say(room_id, "root") for p in (bob, alice, alice)]
    await relate(alice, room_id, started, "m.thread", body="x")
    await relate(bob, room_id, answered, "m.thread", body="x")
    await relate(alice, room_id, answered, "m.thread", body="x")
    await relate(alice, room_id, other, "m.thread", body="x")
    assert ids(await threads(bob, room_id, include="all")) == [other, answered, started]
    assert ids(await threads(bob, room_id, include="participated")) == [answered, started]
    (await threads(bob, room_id, include="none")).refused(400, "M_INVALID_PARAM")


async def test_threads_that_are_hidden_or_emptied_are_left_out(alice: Person, bob: Person) -> None:
    room_id = await together(alice, **with_visibility("joined"))
    hidden = await alice.say(room_id, "hidden")
    await bob.join(room_id)
    seen, emptied = await alice.say(room_id, "seen"), await alice.say(room_id, "emptied")
    for root in (hidden, seen):
        await relate(alice, room_id, root, "m.thread", body="x")
    await redact(alice, room_id, await relate(alice, room_id, emptied, "m.thread", body="x"))
    found = await threads(bob, room_id)
    assert texts(found.ok()["chunk"]) == ["seen"]


async def test_a_stranger_can_not_tell_a_room_from_none(alice: Person, carol: Person) -> None:
    room_id = await together(alice)
    theirs = (await threads(carol, room_id)).refused(403, "M_FORBIDDEN")
    missing = (await threads(carol, NO_ROOM)).refused(403, "M_FORBIDDEN")
    assert theirs.body == missing.body
