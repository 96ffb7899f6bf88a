"""Events as servers exchange them, for a client that asks for them so."""

from __future__ import annotations

import json
from typing import Any

import pytest

from teahouse.protocol import events
from teahouse.protocol.room_versions import ROOM_VERSIONS, EventIds
from tests.people import Person
from tests.rooms.reading import of, together

FEDERATION = json.dumps({"event_format": "federation", "room": {"timeline": {"limit": 3}}})
EDGES = {"auth_events", "prev_events", "depth", "hashes"}


async def follow(person: Person, room_id: str, wanted: str = FEDERATION) -> tuple[Any, Any]:
    """(timeline, state) of what is new."""
    room = (await person.sync(filter=wanted))["rooms"]["join"][room_id]
    return room["timeline"]["events"], room["state"]["events"]


def check_pdu(version: str, event: Any) -> None:
    """As it was built: its hash, and its id where that is one, come from what is shown."""
    rules = ROOM_VERSIONS[version]
    assert event.keys() >= EDGES | {"event_id", "content", "type", "sender", "origin_server_ts"}
    assert event["unsigned"].keys() == {"age"}
    assert event["signatures"] == {}
    pdu = {key: value for key, value in event.items() if key != "unsigned"}
    if rules.event_ids is not EventIds.GIVEN:
        del pdu["event_id"]
    assert pdu["hashes"]["sha256"] == events.content_hash(pdu)
    assert events.event_id(rules, pdu) == event["event_id"]


@pytest.mark.parametrize("version", ["1", "3", "10", "12"])
async def test_a_sync_tells_events_as_servers_do(alice: Person, bob: Person, version: str) -> None:
    room_id = await together(alice, bob, room_version=version, name="Tea")
    said = await alice.say(room_id, "oolong")
    timeline, state = await follow(alice, room_id)
    assert {"m.room.create", "m.room.power_levels"} <= {event["type"] for event in state}
    for event in (*timeline, *state):
        check_pdu(version, event)
    assert timeline[-1]["event_id"] == said
    assert "transaction_id" not in timeline[-1]["unsigned"]
    # What is new, too, and what a state event replaced is not told in it.
    (await alice.set_state(room_id, "m.room.name", {"name": "Green tea"})).ok()
    await bob.say(room_id, "sencha")
    newer, _ = await follow(alice, room_id)
    assert [event["type"] for event in newer] == ["m.room.name", "m.room.message"]
    for event in newer:
        check_pdu(version, event)
    assert timeline[-1]["depth"] < newer[0]["depth"] < newer[1]["depth"]


@pytest.mark.parametrize("version", ["10", "11"])
async def test_what_was_redacted_is_told_redacted(alice: Person, version: str) -> None:
    room_id = await alice.create_room(room_version=version)
    said = await alice.say(room_id, "too much")
    redaction = (await alice.put(of(room_id, "redact", said, "r1"))).ok()["event_id"]
    timeline, _ = await follow(alice, room_id)
    (gone,) = [event for event in timeline if event["event_id"] == said]
    assert gone["content"] == {}
    # The hash is that of what was said, which is what makes the id still true.
    assert events.event_id(ROOM_VERSIONS[version], _without(gone)) == said
    (told,) = [event for event in timeline if event["event_id"] == redaction]
    check_pdu(version, told)
    assert ("redacts" in told) is (version == "10")
    assert ("redacts" in told["content"]) is (version == "11")


async def test_fields_are_chosen_in_either_form(alice: Person) -> None:
    room_id = await alice.create_room()
    await alice.say(room_id, "oolong")
    wanted = {"event_format": "federation", "event_fields": ["depth", "content.body"]}
    timeline, _ = await follow(alice, room_id, json.dumps(wanted))
    assert timeline[-1]["content"] == {"body": "oolong"}
    assert timeline[-1]["depth"] > 1
    assert "hashes" not in timeline[-1]


async def test_a_client_that_says_nothing_gets_what_clients_get(alice: Person) -> None:
    room_id = await alice.create_room()
    await alice.say(room_id, "oolong")
    for wanted in ("{}", '{"event_format":"client"}'):
        alice.since = None
        timeline, state = await follow(alice, room_id, wanted)
        assert not any(EDGES & event.keys() for event in (*timeline, *state))
        assert "transaction_id" in timeline[-1]["unsigned"]


def _without(event: Any) -> Any:
    return {key: event[key] for key in event if key not in ("unsigned", "event_id")}
