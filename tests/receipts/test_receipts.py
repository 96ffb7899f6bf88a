"""postReceipt: how far people have read, and who is told."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from tests.people import Answer, Person, segment


async def read(
    who: Person, room_id: str, event_id: str, type: str = "m.read", **body: Any
) -> Answer:
    path = f"/rooms/{segment(room_id)}/receipt/{segment(type)}/{segment(event_id)}"
    return await who.post(path, body)


async def room_of(alice: Person, *others: Person) -> str:
    room_id = await alice.create_room(preset="public_chat")
    for other in others:
        (await other.join(room_id)).ok()
    return room_id


async def reply(who: Person, room_id: str, root: str, text: str = "in the thread") -> str:
    relates_to = {"rel_type": "m.thread", "event_id": root}
    content = {"msgtype": "m.text", "body": text, "m.relates_to": relates_to}
    event_id: str = (await who.send(room_id, content)).ok()["event_id"]
    return event_id


async def receipts(who: Person, room_id: str, filter: str | None = None) -> dict[str, Any]:
    """What the next sync says, by event, type and person."""
    room = (await who.sync(filter=filter)).body.get("rooms", {}).get("join", {}).get(room_id, {})
    found: dict[str, Any] = {}
    for event in room.get("ephemeral", {}).get("events", []):
        if event["type"] == "m.receipt":
            found |= event["content"]
    return found


async def test_a_receipt_is_told_to_the_other_members(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    event_id = await alice.say(room_id, "hello")
    await alice.sync()
    assert (await read(bob, room_id, event_id)).ok().body == {}
    told = await receipts(alice, room_id)
    assert told.keys() == {event_id}
    said = told[event_id]["m.read"][bob.user_id]
    assert said.keys() == {"ts"}
    assert isinstance(said["ts"], int)


async def test_a_first_sync_has_the_receipts_there_are(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    event_id = await alice.say(room_id, "hello")
    (await read(bob, room_id, event_id)).ok()
    assert bob.user_id in (await receipts(alice, room_id))[event_id]["m.read"]


async def test_a_private_receipt_is_told_to_its_owner_and_nobody_else(
    alice: Person, bob: Person
) -> None:
    room_id = await room_of(alice, bob)
    event_id = await alice.say(room_id, "hello")
    await alice.sync()
    await bob.sync()
    (await read(bob, room_id, event_id, "m.read.private")).ok()
    assert await receipts(alice, room_id) == {}
    assert bob.user_id in (await receipts(bob, room_id))[event_id]["m.read.private"]
    alice.since = None
    assert await receipts(alice, room_id) == {}


async def test_a_private_receipt_wakes_its_owners_other_device(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    event_id = await alice.say(room_id, "hello")
    phone = await bob.another_device()
    await phone.sync()
    (await read(bob, room_id, event_id, "m.read.private")).ok()
    answer = await phone.sync(timeout=5000)
    assert room_id in answer["rooms"]["join"]


async def test_a_receipt_never_moves_back(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    first, second = await alice.say(room_id, "one"), await alice.say(room_id, "two")
    (await read(bob, room_id, second)).ok()
    await alice.sync()
    (await read(bob, room_id, first)).ok()
    assert await receipts(alice, room_id) == {}
    alice.since = None
    assert (await receipts(alice, room_id)).keys() == {second}


async def test_a_public_receipt_may_lag_behind_the_private_one(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    first, second = await alice.say(room_id, "one"), await alice.say(room_id, "two")
    (await read(bob, room_id, second, "m.read.private")).ok()
    (await read(bob, room_id, first)).ok()
    assert (await receipts(alice, room_id)).keys() == {first}
    assert (await receipts(bob, room_id)).keys() == {first, second}


async def test_threads_have_receipts_of_their_own(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    root = await alice.say(room_id, "root")
    inside = await reply(alice, room_id, root)
    (await read(bob, room_id, root, thread_id="main")).ok()
    (await read(bob, room_id, inside, thread_id=root)).ok()
    told = await receipts(alice, room_id)
    assert told[root]["m.read"][bob.user_id]["thread_id"] == "main"
    assert told[inside]["m.read"][bob.user_id]["thread_id"] == root


async def test_of_two_receipts_for_one_event_the_unthreaded_is_told(
    alice: Person, bob: Person
) -> None:
    room_id = await room_of(alice, bob)
    event_id = await alice.say(room_id, "hello")
    (await read(bob, room_id, event_id)).ok()
    (await read(bob, room_id, event_id, thread_id="main")).ok()
    told = await receipts(alice, room_id)
    assert "thread_id" not in told[event_id]["m.read"][bob.user_id]


async def test_what_is_read_everywhere_is_not_told_as_read_in_a_thread_later(
    alice: Person, bob: Person
) -> None:
    room_id = await room_of(alice, bob)
    root = await alice.say(room_id, "root")
    inside = await reply(alice, room_id, root)
    (await read(bob, room_id, inside)).ok()
    told = await receipts(alice, room_id)
    assert "thread_id" not in told[inside]["m.read"][bob.user_id]
    (await read(bob, room_id, inside, thread_id=root)).ok()
    assert await receipts(alice, room_id) == {}
    further = await reply(alice, room_id, root)
    (await read(bob, room_id, further, thread_id=root)).ok()
    told = await receipts(alice, room_id)
    assert told[further]["m.read"][bob.user_id]["thread_id"] == root


async def test_at_the_root_of_a_thread_the_receipt_of_the_main_timeline_is_told(
    alice: Person, bob: Person
) -> None:
    room_id = await room_of(alice, bob)
    root = await alice.say(room_id, "root")
    await reply(alice, room_id, root)
    (await read(bob, room_id, root, thread_id="main")).ok()
    (await read(bob, room_id, root, thread_id=root)).ok()
    assert (await receipts(alice, room_id))[root]["m.read"][bob.user_id]["thread_id"] == "main"


async def test_threaded_and_unthreaded_receipts_stand_side_by_side_in_each_sync(
    alice: Person, bob: Person
) -> None:
    room_id = await room_of(alice, bob)
    root = await alice.say(room_id, "root")
    inside, later = await reply(alice, room_id, root), await alice.say(room_id, "later")
    expected = {root: None, later: "main", inside: root}
    incremental, filtered = await alice.another_device(), await alice.another_device()
    sliding = Sliding(await alice.another_device())
    passing = json.dumps({"room": {"ephemeral": {"types": ["m.receipt"]}}})
    await incremental.sync()
    await filtered.sync(filter=passing)
    assert await sliding.receipts(room_id) == {}
    for event_id, thread_id in expected.items():
        thread = {} if thread_id is None else {"thread_id": thread_id}
        (await read(bob, room_id, event_id, **thread)).ok()
    told = [
        await receipts(incremental, room_id),
        await receipts(filtered, room_id, filter=passing),
        await sliding.receipts(room_id),
        await receipts(alice, room_id),
        await Sliding(alice).receipts(room_id),
    ]
    for content in told:
        said = {event_id: content[event_id]["m.read"][bob.user_id] for event_id in content}
        assert {e: one.get("thread_id") for e, one in said.items()} == expected


@dataclass
class Sliding:
    person: Person
    pos: str | None = None

    async def receipts(self, room_id: str) -> dict[str, Any]:
        """Those that are new."""
        body = {
            "lists": {"all": {"ranges": [[0, 9]], "required_state": [], "timeline_limit": 1}},
            "extensions": {"receipts": {"enabled": True}},
        }
        path = "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync"
        answer = (await self.person.post(path, body, pos=self.pos)).ok()
        self.pos = answer["pos"]
        event = answer["extensions"].get("receipts", {}).get("rooms", {}).get(room_id)
        return dict(event["content"]) if event else {}


async def test_what_reacts_to_a_thread_is_in_it(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    root = await alice.say(room_id, "root")
    inside = await reply(alice, room_id, root)
    relates_to = {"rel_type": "m.annotation", "event_id": inside, "key": "x"}
    sent = await alice.send(room_id, {"m.relates_to": relates_to}, type="m.reaction")
    reaction = sent.ok()["event_id"]
    (await read(bob, room_id, reaction, thread_id=root)).ok()
    (await read(bob, room_id, reaction, thread_id="main")).refused(400, "M_INVALID_PARAM")


async def test_a_threaded_receipt_is_for_an_event_of_that_thread(
    alice: Person, bob: Person
) -> None:
    room_id = await room_of(alice, bob)
    root, other = await alice.say(room_id, "root"), await alice.say(room_id, "other")
    inside = await reply(alice, room_id, root)
    (await read(bob, room_id, inside, thread_id="main")).refused(400, "M_INVALID_PARAM")
    (await read(bob, room_id, inside, thread_id=other)).refused(400, "M_INVALID_PARAM")
    (await read(bob, room_id, other, thread_id=root)).refused(400, "M_INVALID_PARAM")
    await alice.sync()
    (await read(bob, room_id, root, thread_id=root)).ok()


@pytest.mark.parametrize("thread_id", ["", 3, None, [], "x" * 256, "a\0b"])
async def test_a_thread_is_named_by_a_string(alice: Person, thread_id: Any) -> None:
    room_id = await room_of(alice)
    event_id = await alice.say(room_id, "hello")
    answer = await read(alice, room_id, event_id, thread_id=thread_id)
    answer.refused(400, "M_INVALID_PARAM")


async def test_a_stranger_can_not_set_receipts(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice)
    event_id = await alice.say(room_id, "hello")
    (await read(bob, room_id, event_id)).refused(403, "M_FORBIDDEN")
    (await read(bob, "!nowhere", event_id)).refused(403, "M_FORBIDDEN")
    (await read(alice, room_id, event_id)).ok()


async def test_who_has_left_can_not_set_receipts(alice: Person, bob: Person) -> None:
    room_id = await room_of(alice, bob)
    event_id = await alice.say(room_id, "hello")
    (await bob.leave(room_id)).ok()
    (await read(bob, room_id, event_id)).refused(403, "M_FORBIDDEN")


async def test_an_event_that_is_not_in_the_room_can_not_be_read(alice: Person) -> None:
    room_id, elsewhere = await room_of(alice), await room_of(alice)
    event_id = await alice.say(elsewhere, "hello")
    (await read(alice, room_id, event_id)).refused(404, "M_NOT_FOUND")
    (await read(alice, room_id, "$nothing")).refused(404, "M_NOT_FOUND")


async def test_a_receipt_is_of_a_known_type(alice: Person) -> None:
    room_id = await room_of(alice)
    event_id = await alice.say(room_id, "hello")
    (await read(alice, room_id, event_id, "m.seen")).refused(400, "M_INVALID_PARAM")
    (await read(alice, room_id, event_id, "m.fully_read", thread_id="main")).refused(
        400, "M_INVALID_PARAM"
    )


async def test_a_receipt_takes_a_token_and_a_json_object(alice: Person) -> None:
    room_id = await room_of(alice)
    event_id = await alice.say(room_id, "hello")
    path = f"/rooms/{segment(room_id)}/receipt/m.read/{segment(event_id)}"
    (await alice.call("POST", path, {}, token="")).refused(401, "M_MISSING_TOKEN")
    (await alice.call("POST", path, b"{")).refused(400, "M_NOT_JSON")
    (await alice.call("POST", path, [])).refused(400, "M_BAD_JSON")
    (await alice.call("POST", path)).ok()
