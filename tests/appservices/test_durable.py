"""What a service was told, and what not yet, outlives the server."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from teahouse.config import Config
from teahouse.homeserver.appservices import feed
from tests.appservices.bridging import AS_TOKEN, Bridge, registration, txn_ids, write
from tests.endpoint import Endpoint, Received, Response
from tests.people import client_of, sign_in, sign_up
from tests.server import Server, running

ENCRYPTING = {"org.matrix.msc3202": True}


async def broken(_: Received) -> Response:
    return Response(status=503)


async def well(_: Received) -> Response:
    return Response()


@pytest.mark.parametrize("changes", [ENCRYPTING])
async def test_a_restart_goes_on_with_the_same_transaction(
    settings: Config, service: Endpoint, changes: dict[str, Any]
) -> None:
    service.answer = broken
    async with running(settings) as first, client_of(first.url) as http:
        bridge, alice = Bridge(http, service), await sign_up(http, "alice")
        ghost = await bridge.ghost("ann")
        assert (await ghost.put("/devices/PHONE")).status == 201
        room_id = await alice.create_room(preset="public_chat")
        (await ghost.join(room_id)).ok()
        await service.has(1)
        said = [await alice.say(room_id, str(number)) for number in range(5)]
        note = {"messages": {ghost.user_id: {"PHONE": {"body": "a note"}}}}
        (await alice.put("/sendToDevice/org.example.note/1", note)).ok()
    failed = list(service.received)
    service.received.clear()
    service.answer = well
    async with running(settings) as second, client_of(second.url) as http:
        bridge = Bridge(http, service)
        await bridge.told(said[-1])
        told = [e["event_id"] for one in bridge.transactions for e in one.json["events"]]
        assert told[1:] == said
        assert bridge.transactions[0].path == failed[0].path
        notes = await bridge.told_of("de.sorunome.msc2409.to_device")
        assert [m["content"] for some in notes for m in some] == [{"body": "a note"}]
    before = set(txn_ids(service.received))
    service.received.clear()
    async with running(settings) as third, client_of(third.url) as http:
        bridge, alice = Bridge(http, service), await sign_in(http, "alice")
        last = await alice.say(room_id, "the last")
        await bridge.told(last)
        assert [e["event_id"] for e in bridge.events] == [last]
        assert before.isdisjoint(txn_ids(bridge.transactions))


async def test_who_was_away_for_long_is_told_all_of_it(
    settings: Config, service: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than is kept in memory, and from before the server's start."""
    monkeypatch.setattr(feed, "MAX_KEPT", 3)
    monkeypatch.setattr(feed, "MOST", 7)
    service.answer = broken
    async with running(settings) as first, client_of(first.url) as http:
        bridge, alice = Bridge(http, service), await sign_up(http, "alice")
        ghost = await bridge.ghost("ann")
        expected = []
        for turn in range(4):
            room_id = await alice.create_room(preset="public_chat")
            await alice.say(room_id, "nobody is here")
            (await ghost.join(room_id)).ok()
            expected += [await alice.say(room_id, f"{turn}.{number}") for number in range(3)]
            (await ghost.leave(room_id)).ok()
            await alice.say(room_id, "gone again")
        service.answer = well
        (await bridge.acting_as().post("/_matrix/client/v1/appservice/bridge/ping", {})).ok()
        await bridge.told(expected[5])
        service.answer = broken
    service.answer = well
    async with running(settings) as second, client_of(second.url) as http:
        bridge = Bridge(http, service)
        await bridge.told(expected[-1])
    once = {one.path: one for one in bridge.transactions}
    messages = [
        event["event_id"]
        for one in once.values()
        for event in one.json["events"]
        if event["type"] == "m.room.message"
    ]
    assert messages == expected


async def test_a_new_service_is_told_of_what_happens_from_now_on(
    settings: Config, service: Endpoint, tmp_path: Path
) -> None:
    without = replace(settings, appservices="")
    async with running(without) as first, client_of(first.url) as http:
        alice = await sign_up(http, "alice")
        room_id = await alice.create_room(preset="public_chat")
        await alice.say(room_id, "before there was a bridge")
        nobody = Bridge(http, service).acting_as()
        (await nobody.get("/account/whoami")).refused(401, "M_UNKNOWN_TOKEN")
        teahouse = first.teahouse
        assert teahouse.appservices._follow not in teahouse.log.bus._listeners
        assert teahouse.accounts.tokens.services is None
    said = registration(service.url) | {"namespaces": {"rooms": [{"regex": ".*"}]}}
    both = [write(tmp_path / "bridge.yaml", said)]
    other = registration(None) | {"id": "other", "as_token": "x", "sender_localpart": "other"}
    both.append(write(tmp_path / "other.yaml", other))
    settings = replace(settings, appservices=", ".join(map(str, both)))
    async with running(settings) as second, client_of(second.url) as http:
        bridge, alice = Bridge(http, service), await sign_in(http, "alice")
        now = await alice.say(room_id, "now")
        await bridge.told(now)
        assert [e["event_id"] for e in bridge.events] == [now]
        assert await senders(second) == ["@bridgebot:localhost", "@other:localhost"]
        assert AS_TOKEN not in str(bridge.transactions)


async def senders(server: Server) -> list[str]:
    """Accounts that the services' files name."""
    exists = server.teahouse.accounts.exists
    named = ["@bridgebot:localhost", "@other:localhost", "@nobody:localhost"]
    return [one for one in named if await server.teahouse.database.read(exists, one)]
