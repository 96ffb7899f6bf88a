"""GET /rooms/{roomId}/event/{eventId}: one event, as its reader gets it."""

from __future__ import annotations

from tests.people import Person
from tests.rooms.reading import NO_ROOM, event, together


async def test_a_member_reads_an_event(alice: Person, bob: Person) -> None:
    room_id = await together(alice, bob)
    event_id = await alice.say(room_id, "tea?")
    found = (await event(bob, room_id, event_id)).ok()
    assert found["content"] == {"msgtype": "m.text", "body": "tea?"}
    assert (found["event_id"], found["room_id"]) == (event_id, room_id)
    assert (found["sender"], found["type"]) == (alice.user_id, "m.room.message")
    assert found["unsigned"]["age"] >= 0


async def test_a_stranger_can_not_tell_an_event_from_none(alice: Person, carol: Person) -> None:
    room_id = await together(alice)
    event_id = await alice.say(room_id, "tea?")
    theirs = (await event(carol, room_id, event_id)).refused(404, "M_NOT_FOUND")
    missing = (await event(carol, NO_ROOM, event_id)).refused(404, "M_NOT_FOUND")
    assert theirs.body == missing.body
    (await event(alice, room_id, "$nothing")).refused(404, "M_NOT_FOUND")


async def test_an_event_is_not_found_under_another_room(alice: Person, bob: Person) -> None:
    one, other = await together(alice, bob), await together(alice, bob)
    event_id = await alice.say(one, "tea?")
    (await event(bob, other, event_id)).refused(404, "M_NOT_FOUND")


async def test_without_a_token_nothing_is_read(alice: Person) -> None:
    room_id = await together(alice)
    event_id = await alice.say(room_id, "tea?")
    alice.access_token = ""
    (await event(alice, room_id, event_id)).refused(401, "M_MISSING_TOKEN")


async def test_only_the_device_that_sent_it_is_told_the_transaction(
    alice: Person, bob: Person
) -> None:
    room_id = await together(alice, bob)
    event_id = (await alice.send(room_id, {"body": "x"}, txn_id='a "1"')).ok()["event_id"]
    tablet = await alice.another_device()
    assert (await event(alice, room_id, event_id))["unsigned"]["transaction_id"] == 'a "1"'
    for other in (tablet, bob):
        assert "transaction_id" not in (await event(other, room_id, event_id))["unsigned"]


async def test_an_event_says_what_its_reader_was_to_the_room_then(
    alice: Person, bob: Person
) -> None:
    room_id = await together(alice)
    early = await alice.say(room_id, "early")
    await alice.invite(room_id, bob)
    middle = await alice.say(room_id, "middle")
    await bob.join(room_id)
    late = await alice.say(room_id, "late")
    memberships = [
        (await event(bob, room_id, event_id))["unsigned"]["membership"]
        for event_id in (early, middle, late)
    ]
    assert memberships == ["leave", "invite", "join"]


async def test_a_redacted_event_has_lost_its_content_and_says_why(
    alice: Person, bob: Person
) -> None:
    room_id = await together(alice, bob)
    event_id = await alice.say(room_id, "regretted")
    redaction = await alice.put(f"/rooms/{room_id}/redact/{event_id}/r1", {"reason": "typo"})
    found = (await event(bob, room_id, event_id)).ok()
    assert found["content"] == {}
    because = found["unsigned"]["redacted_because"]
    assert because["event_id"] == redaction.ok()["event_id"]
    assert because["content"]["reason"] == "typo"
