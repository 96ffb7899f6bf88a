"""What a service is told: everything that concerns it, in order, until it has taken it."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from tests.appservices.bridging import HS_TOKEN, Bridge, txn_ids
from tests.endpoint import Endpoint, Received, Response
from tests.people import Person, segment


async def test_it_is_told_what_happens_where_its_users_are(
    bridge: Bridge, alice: Person, bob: Person
) -> None:
    ghost = await bridge.ghost("ann")
    elsewhere = await alice.create_room()
    await alice.say(elsewhere, "not for the bridge")
    room_id = await alice.create_room(preset="private_chat", name="Tea")
    before = await alice.say(room_id, "before it came")
    (await alice.invite(room_id, ghost)).ok()
    (await ghost.join(room_id)).ok()
    said = await alice.say(room_id, "hello")
    event = await bridge.told(said)
    assert event["content"]["body"] == "hello"
    assert event["room_id"] == room_id
    assert event["user_id"] == event["sender"] == alice.user_id
    assert set(event["unsigned"]) == {"age"}
    (await ghost.leave(room_id)).ok()
    await alice.say(room_id, "after it left")
    (await alice.invite(room_id, ghost)).ok()
    invited = [e for e in await until_invited_twice(bridge, alice) if e["sender"] == alice.user_id]
    assert len(invited) == 3
    memberships = [e["content"].get("membership") for e in bridge.events]
    assert memberships == ["invite", "join", None, "leave", "invite"]
    assert before not in [e["event_id"] for e in bridge.events]
    shown = bridge.events[0]["unsigned"]["invite_room_state"]
    assert {"m.room.create", "m.room.name", "m.room.member"} <= {e["type"] for e in shown}
    for one in bridge.transactions:
        assert (one.method, one.headers["authorization"]) == ("PUT", f"Bearer {HS_TOKEN}")
    assert len(set(txn_ids(bridge.transactions))) == len(bridge.transactions)
    assert bob.user_id not in str(bridge.events)


async def until_invited_twice(bridge: Bridge, alice: Person) -> list[dict[str, Any]]:
    while len([e for e in bridge.events if e["content"].get("membership") == "invite"]) < 2:
        await bridge.endpoint.has(len(bridge.endpoint.received) + 1)
    return bridge.events


@pytest.mark.parametrize(
    "changes", [{"namespaces": {"rooms": [{"regex": ".*", "exclusive": False}], "users": []}}]
)
async def test_it_is_told_of_rooms_by_their_id(
    bridge: Bridge, alice: Person, changes: dict[str, Any]
) -> None:
    room_id = await alice.create_room()
    await bridge.told(await alice.say(room_id, "hello"))
    of_room = [event for event in bridge.events if event["room_id"] == room_id]
    assert of_room[0]["type"] == "m.room.create"
    assert len(of_room) > 5


@pytest.mark.parametrize(
    "changes", [{"namespaces": {"aliases": [{"regex": "#tea.*", "exclusive": False}]}}]
)
async def test_it_is_told_of_rooms_by_their_aliases(
    bridge: Bridge, alice: Person, changes: dict[str, Any]
) -> None:
    room_id = await alice.create_room()
    plain = await alice.say(room_id, "no name yet")
    named = await alice.create_room(room_alias_name="teahouse")
    await bridge.told(await alice.say(named, "one"))
    path = f"/directory/room/{segment('#teapot:localhost')}"
    (await alice.put(path, {"room_id": room_id})).ok()
    await bridge.told(await alice.say(room_id, "two"))
    (await alice.delete(path)).ok()
    (await alice.delete(f"/directory/room/{segment('#teahouse:localhost')}")).ok()
    nameless = await alice.say(room_id, "three")
    last = await alice.create_room(room_alias_name="tea2")
    await bridge.told(await alice.say(last, "four"))
    told = {event["event_id"] for event in bridge.events}
    assert told.isdisjoint({plain, nameless})


async def test_what_fails_is_sent_again_as_it_was_and_in_order(
    bridge: Bridge, alice: Person, service: Endpoint
) -> None:
    ghost = await bridge.ghost("ann")
    room_id = await alice.create_room(preset="public_chat")
    joined = (await ghost.join(room_id)).ok()
    assert joined["room_id"] == room_id
    await bridge.told(await alice.say(room_id, "ready"))
    failing: list[Received] = []

    async def fail(received: Received) -> Response:
        if received.path.endswith("/ping"):
            return Response()
        failing.append(received)
        return Response(status=500)

    service.answer = fail
    first = await alice.say(room_id, "0")
    await service.has(len(service.received) + 1)
    said = [await alice.say(room_id, str(number)) for number in range(1, 120)]
    (await bridge.acting_as().post("/_matrix/client/v1/appservice/bridge/ping", {})).ok()
    while len(failing) < 2:
        await service.has(len(service.received) + 1)
    assert len({one.path for one in failing}) == 1
    assert [e["event_id"] for e in failing[0].json["events"]] == [first]
    assert [e["event_id"] for e in failing[1].json["events"]] == [first]

    async def well(_: Received) -> Response:
        return Response()

    start, service.answer = len(service.received), well
    (await bridge.acting_as().post("/_matrix/client/v1/appservice/bridge/ping", {})).ok()
    await bridge.told(said[-1])
    after = [one for one in service.received[start:] if "/transactions/" in one.path]
    assert after[0].path == failing[0].path
    assert [e["event_id"] for one in after for e in one.json["events"]] == [first, *said]
    sizes = [len(one.json["events"]) for one in after]
    assert sizes == [1, 100, 19]


async def test_large_events_go_in_transactions_that_stay_small(
    bridge: Bridge, alice: Person, service: Endpoint
) -> None:
    ghost = await bridge.ghost("ann")
    room_id = await alice.create_room(preset="public_chat")
    (await ghost.join(room_id)).ok()
    await bridge.told(await alice.say(room_id, "ready"))
    release = bridge.hold()
    said = [await alice.say(room_id, "茶" * 20_000) for _ in range(20)]
    release()
    await bridge.told(said[-1])
    told = [event["event_id"] for event in bridge.events]
    assert told[-20:] == said
    assert max(len(one.body) for one in bridge.transactions) < 1 << 20


async def test_what_is_redacted_before_it_is_sent_is_told_without_its_content(
    bridge: Bridge, alice: Person
) -> None:
    ghost = await bridge.ghost("ann")
    room_id = await alice.create_room(preset="public_chat")
    (await ghost.join(room_id)).ok()
    await bridge.told(await alice.say(room_id, "ready"))
    release = bridge.hold()
    await alice.say(room_id, "it waits here")
    said = await alice.say(room_id, "a slip of the tongue")
    path = f"/rooms/{segment(room_id)}/redact/{segment(said)}/r1"
    redaction = (await alice.put(path, {})).ok()["event_id"]
    release()
    await bridge.told(redaction)
    assert (await bridge.told(said))["content"] == {}


@pytest.mark.parametrize("changes", [{"url": None}])
async def test_without_a_url_it_is_told_nothing(
    bridge: Bridge, alice: Person, changes: dict[str, Any]
) -> None:
    ghost = await bridge.ghost("ann")
    room_id = await alice.create_room(preset="public_chat")
    (await ghost.join(room_id)).ok()
    await alice.say(room_id, "hello")
    body = (await bridge.acting_as().post("/_matrix/client/v1/appservice/bridge/ping", {})).refused(
        400, "M_URL_NOT_SET"
    )
    assert "URL" in body["error"]
    assert bridge.endpoint.received == []


async def test_an_older_service_is_told_at_its_older_path(
    bridge: Bridge, alice: Person, service: Endpoint
) -> None:
    async def older(received: Received) -> Response:
        if received.path.startswith("/transactions/"):
            return Response()
        return Response(404, orjson.dumps({"errcode": "M_UNRECOGNIZED"}))

    service.answer = older
    ghost = await bridge.ghost("ann")
    room_id = await alice.create_room(preset="public_chat")
    (await ghost.join(room_id)).ok()
    await service.has(2)
    older_paths = [one for one in service.received if one.path.startswith("/transactions/")]
    assert older_paths[0].json["events"][0]["type"] == "m.room.member"
