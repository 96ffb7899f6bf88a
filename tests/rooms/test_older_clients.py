"""What clients do that were written before transaction ids, and what they look for in answers."""

from __future__ import annotations

from tests.people import Person, segment


async def test_messages_and_redactions_need_no_transaction_id(alice: Person, bob: Person) -> None:
    room_id = await alice.create_room(preset="public_chat")
    path = f"/rooms/{segment(room_id)}/send/m.room.message"
    body = {"msgtype": "m.text", "body": "tea?"}
    first, second = [(await alice.post(path, body)).ok()["event_id"] for _ in range(2)]
    assert first != second
    redact = f"/rooms/{segment(room_id)}/redact/{segment(first)}"
    (await bob.post(path, body)).refused(403, "M_FORBIDDEN")
    (await bob.post(redact)).refused(403, "M_FORBIDDEN")
    (await alice.post(redact)).ok()
    found = await alice.get(f"/rooms/{segment(room_id)}/event/{segment(first)}")
    assert found.ok()["content"] == {}


async def test_whoever_makes_a_room_is_told_its_alias(alice: Person) -> None:
    made = (await alice.post("/createRoom", {"room_alias_name": "tea"})).ok()
    assert made["room_alias"] == "#tea:localhost"
    assert set((await alice.post("/createRoom", {})).ok().body) == {"room_id"}


async def test_a_join_says_what_its_person_says_but_not_what_the_server_does(
    alice: Person, bob: Person
) -> None:
    room_id = await alice.create_room(preset="public_chat")
    said = {"mood": {"good": True}, "membership": "ban", "displayname": "Alice", "user_id": 1}
    (await bob.post(f"/join/{segment(room_id)}", said)).ok()
    path = f"/rooms/{segment(room_id)}/state/m.room.member/{segment(bob.user_id)}"
    shown = (await alice.get(path)).ok().body
    assert shown == {"mood": {"good": True}, "user_id": 1, "membership": "join"}
    (await bob.post(f"/join/{segment(room_id)}", {"weight": 1.5})).refused(400, "M_BAD_JSON")


async def test_a_room_does_not_replace_itself(alice: Person) -> None:
    room_id = await alice.create_room()
    content = {"body": "moved", "replacement_room": room_id}
    (await alice.set_state(room_id, "m.room.tombstone", content)).refused(400, "M_INVALID_PARAM")
    sent = await alice.send(room_id, content, type="m.room.tombstone")
    sent.refused(400, "M_INVALID_PARAM")


async def test_an_alias_that_is_taken_away_names_the_room_no_more(
    alice: Person, bob: Person
) -> None:
    room_id = await alice.create_room(preset="public_chat", room_alias_name="tea")
    (await bob.join(room_id)).ok()
    for name in ("#oolong:localhost", "#bobs:localhost"):
        owner = bob if "bob" in name else alice
        path = f"/directory/room/{segment(name)}"
        (await owner.put(path, {"room_id": room_id})).ok()
    others = ["#oolong:localhost", "#bobs:localhost"]
    names = {"alias": "#tea:localhost", "alt_aliases": others}
    (await alice.set_state(room_id, "m.room.canonical_alias", names)).ok()
    path = f"/rooms/{segment(room_id)}/state/m.room.canonical_alias"
    for name, left in (
        ("#oolong:localhost", {"alias": "#tea:localhost", "alt_aliases": ["#bobs:localhost"]}),
        ("#tea:localhost", {"alt_aliases": ["#bobs:localhost"]}),
    ):
        (await alice.delete(f"/directory/room/{segment(name)}")).ok()
        assert (await alice.get(path)).ok().body == left
    # Who may take away only what they gave leaves the state as it is.
    (await bob.delete(f"/directory/room/{segment('#bobs:localhost')}")).ok()
    assert (await alice.get(path)).ok().body == {"alt_aliases": ["#bobs:localhost"]}
