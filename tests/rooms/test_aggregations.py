"""What an event is told of its edits, its thread and its references."""

from __future__ import annotations

from typing import Any

from tests.people import Person
from tests.rooms.reading import event, messages, of, together, with_visibility


async def relate(
    person: Person,
    room_id: str,
    event_id: str,
    rel_type: str,
    *,
    type: str = "m.room.message",
    **content: Any,
) -> str:
    related = {"m.relates_to": {"rel_type": rel_type, "event_id": event_id}, **content}
    answer = (await person.send(room_id, related, type=type)).ok()
    sent: str = answer["event_id"]
    return sent


async def edit(person: Person, room_id: str, event_id: str, text: str, **more: Any) -> str:
    new: dict[str, Any] = {"m.new_content": {"msgtype": "m.text", "body": text}}
    return await relate(person, room_id, event_id, "m.replace", body=f"* {text}", **new, **more)


async def bundle(person: Person, room_id: str, event_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await event(person, room_id, event_id)).ok()["unsigned"]
    relations: dict[str, Any] = found.get("m.relations", {})
    return relations


async def redact(person: Person, room_id: str, event_id: str) -> None:
    (await person.put(of(room_id, "redact", event_id, f"r{event_id}"))).ok()


# edits


async def test_an_event_comes_with_its_newest_edit(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    event_id = await alice.say(room_id, "one")
    assert await bundle(bob, room_id, event_id) == {}
    await edit(alice, room_id, event_id, "two")
    newest = await edit(alice, room_id, event_id, "three")
    shown = (await bundle(bob, room_id, event_id))["m.replace"]
    assert shown["event_id"] == newest
    assert shown["content"]["m.new_content"]["body"] == "three"
    assert (shown["sender"], shown["type"]) == (alice.user_id, "m.room.message")
    assert shown["unsigned"]["membership"] == "join"
    assert (await event(bob, room_id, event_id))["content"]["body"] == "one"


async def test_the_edits_of_others_do_not_count(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    event_id = await alice.say(room_id, "one")
    await edit(bob, room_id, event_id, "bob was here")
    assert await bundle(alice, room_id, event_id) == {}


async def test_an_edit_of_another_type_or_without_new_content_does_not_count(
    alice: Person,
) -> None:
    room_id = await together(alice)
    event_id = await alice.say(room_id, "one")
    valid = await edit(alice, room_id, event_id, "two")
    await edit(alice, room_id, event_id, "three", type="im.example")
    await relate(alice, room_id, event_id, "m.replace", body="four")
    assert (await bundle(alice, room_id, event_id))["m.replace"]["event_id"] == valid


async def test_an_edit_of_an_edit_does_not_count(alice: Person) -> None:
    room_id = await together(alice)
    event_id = await alice.say(room_id, "one")
    first = await edit(alice, room_id, event_id, "two")
    await edit(alice, room_id, first, "three")
    assert await bundle(alice, room_id, first) == {}


async def test_state_is_not_edited(alice: Person) -> None:
    room_id = await together(alice)
    topic = (await alice.set_state(room_id, "m.room.topic", {"topic": "tea"})).ok()["event_id"]
    await edit(alice, room_id, topic, "coffee", type="m.room.topic")
    assert await bundle(alice, room_id, topic) == {}


async def test_an_encrypted_edit_needs_no_open_content(alice: Person) -> None:
    room_id = await together(alice)
    secret = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "x"}
    sent = (await alice.send(room_id, secret, type="m.room.encrypted")).ok()["event_id"]
    newer = await relate(alice, room_id, sent, "m.replace", type="m.room.encrypted", **secret)
    assert (await bundle(alice, room_id, sent))["m.replace"]["event_id"] == newer


async def test_a_redacted_edit_gives_way_to_the_one_before(alice: Person) -> None:
    room_id = await together(alice)
    event_id = await alice.say(room_id, "one")
    first = await edit(alice, room_id, event_id, "two")
    second = await edit(alice, room_id, event_id, "three")
    await redact(alice, room_id, second)
    assert (await bundle(alice, room_id, event_id))["m.replace"]["event_id"] == first


async def test_a_redacted_event_shows_no_edit(alice: Person) -> None:
    room_id = await together(alice)
    event_id = await alice.say(room_id, "one")
    await edit(alice, room_id, event_id, "two")
    await redact(alice, room_id, event_id)
    assert await bundle(alice, room_id, event_id) == {}
    # Nor what another client, which has not heard of it yet, makes of it.
    await edit(alice, room_id, event_id, "three")
    assert await bundle(alice, room_id, event_id) == {}


async def test_who_left_is_not_shown_edits_made_afterwards(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    event_id = await alice.say(room_id, "one")
    seen = await edit(alice, room_id, event_id, "two")
    await bob.leave(room_id)
    later = await edit(alice, room_id, event_id, "three")
    assert (await bundle(bob, room_id, event_id))["m.replace"]["event_id"] == seen
    assert (await bundle(alice, room_id, event_id))["m.replace"]["event_id"] == later


async def test_an_edit_from_another_room_does_not_count(alice: Person) -> None:
    one, other = await together(alice), await together(alice)
    event_id = await alice.say(one, "one")
    await edit(alice, other, event_id, "two")
    assert await bundle(alice, one, event_id) == {}


# threads


async def test_a_threads_root_comes_with_its_count_and_latest_event(
    alice: Person, bob: Person, carol: Person
) -> None:
    room_id = await together(alice, bob, carol)
    root = await alice.say(room_id, "root")
    await relate(bob, room_id, root, "m.thread", body="first")
    latest = await relate(bob, room_id, root, "m.thread", body="second")
    thread = (await bundle(carol, room_id, root))["m.thread"]
    assert (thread["count"], thread["latest_event"]["event_id"]) == (2, latest)
    assert thread["latest_event"]["content"]["body"] == "second"
    assert thread["current_user_participated"] is False
    for participant in (alice, bob):
        mine = (await bundle(participant, room_id, root))["m.thread"]
        assert mine["current_user_participated"] is True


async def test_a_threads_latest_event_comes_with_its_own_edit(alice: Person) -> None:
    room_id = await together(alice)
    root = await alice.say(room_id, "root")
    latest = await relate(alice, room_id, root, "m.thread", body="typo", msgtype="m.text")
    fixed = await edit(alice, room_id, latest, "fixed")
    shown = (await bundle(alice, room_id, root))["m.thread"]["latest_event"]
    assert shown["unsigned"]["m.relations"]["m.replace"]["event_id"] == fixed


async def test_a_redacted_event_is_no_longer_in_the_thread(alice: Person) -> None:
    room_id = await together(alice)
    root = await alice.say(room_id, "root")
    first = await relate(alice, room_id, root, "m.thread", body="first")
    second = await relate(alice, room_id, root, "m.thread", body="second")
    await redact(alice, room_id, second)
    thread = (await bundle(alice, room_id, root))["m.thread"]
    assert (thread["count"], thread["latest_event"]["event_id"]) == (1, first)
    await redact(alice, room_id, first)
    assert await bundle(alice, room_id, root) == {}


async def test_who_left_is_told_of_the_thread_as_they_saw_it(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    root = await alice.say(room_id, "root")
    seen = await relate(alice, room_id, root, "m.thread", body="seen")
    await bob.leave(room_id)
    await relate(alice, room_id, root, "m.thread", body="later")
    thread = (await bundle(bob, room_id, root))["m.thread"]
    assert (thread["count"], thread["latest_event"]["event_id"]) == (1, seen)


# references, and several at once


async def test_an_event_comes_with_what_refers_to_it(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    poll = await alice.say(room_id, "tea or coffee?")
    answers = [await relate(p, room_id, poll, "m.reference", answer="tea") for p in (alice, bob)]
    chunk = (await bundle(bob, room_id, poll))["m.reference"]["chunk"]
    assert chunk == [{"event_id": answer} for answer in answers]


async def test_reactions_are_not_bundled(alice: Person) -> None:
    room_id = await together(alice)
    event_id = await alice.say(room_id, "x")
    related = {"rel_type": "m.annotation", "event_id": event_id, "key": "👍"}
    (await alice.send(room_id, {"m.relates_to": related}, type="m.reaction")).ok()
    assert await bundle(alice, room_id, event_id) == {}


async def test_a_page_has_all_of_it_at_once(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob, **with_visibility("joined"))
    first, second = await alice.say(room_id, "first"), await alice.say(room_id, "second")
    await edit(alice, room_id, first, "edited")
    await relate(bob, room_id, first, "m.thread", body="in thread")
    await relate(bob, room_id, first, "m.reference")
    await edit(alice, room_id, second, "edited too")
    chunk = (await messages(bob, room_id, limit=100)).ok()["chunk"]
    kinds = {e["event_id"]: set(e["unsigned"].get("m.relations", {})) for e in chunk}
    assert kinds[first] == {"m.replace", "m.thread", "m.reference"}
    assert kinds[second] == {"m.replace"}
    assert all(not kinds[e] for e in kinds if e not in (first, second))
