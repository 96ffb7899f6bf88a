"""What the server asks a service: for users, for rooms, for networks, and whether it is there."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import orjson
import pytest

from teahouse.config import Config
from teahouse.homeserver.appservices import ping_api, queries
from tests.appservices.bridging import HS_TOKEN, Bridge, registration, write
from tests.endpoint import Endpoint, Received, Response
from tests.people import Person, client_of, segment, sign_up
from tests.server import running

PING = "/_matrix/client/v1/appservice/bridge/ping"
UNKNOWN = Response(404, orjson.dumps({"errcode": "ORG.EXAMPLE.NO"}))


def asked(bridge: Bridge, kind: str) -> list[str]:
    return [one.path for one in bridge.endpoint.received if f"/{kind}/" in one.path]


async def test_a_room_of_its_own_is_made_when_somebody_comes(
    bridge: Bridge, alice: Person, service: Endpoint
) -> None:
    async def answer(received: Received) -> Response:
        if "/rooms/" not in received.path:
            return Response()
        if "nothing" in received.path:
            return UNKNOWN
        assert received.headers["authorization"] == f"Bearer {HS_TOKEN}"
        await bridge.acting_as().create_room(room_alias_name="_bridge_tea", preset="public_chat")
        return Response()

    service.answer = answer
    alias = "#_bridge_tea:localhost"
    joined = (await alice.join(alias)).ok()
    found = (await alice.get(f"/directory/room/{segment(alias)}")).ok()
    assert found["room_id"] == joined["room_id"]
    assert asked(bridge, "rooms") == ["/_matrix/app/v1/rooms/#_bridge_tea:localhost"]
    (await alice.join("#_bridge_nothing:localhost")).refused(404, "M_NOT_FOUND")
    (await alice.join("#other:localhost")).refused(404, "M_NOT_FOUND")
    assert len(asked(bridge, "rooms")) == 2


async def test_a_user_of_its_own_comes_when_somebody_looks_or_invites(
    bridge: Bridge, alice: Person, service: Endpoint
) -> None:
    async def answer(received: Received) -> Response:
        name = received.path.partition("/users/@_bridge_")[2].partition(":")[0]
        if not name:
            return Response()
        if name == "nobody":
            return UNKNOWN
        ghost = await bridge.ghost(name)
        await ghost.put(f"/profile/{segment(ghost.user_id)}/displayname", {"displayname": name})
        return Response()

    service.answer = answer
    seen = (await alice.get(f"/profile/{segment('@_bridge_ann:localhost')}")).ok()
    assert seen.body == {"displayname": "ann"}
    await alice.get(f"/profile/{segment('@_bridge_ann:localhost')}/displayname")
    (await alice.get(f"/profile/{segment('@_bridge_nobody:localhost')}")).refused(
        404, "M_NOT_FOUND"
    )
    (await alice.get(f"/profile/{segment('@zoe:localhost')}")).refused(404, "M_NOT_FOUND")
    room_id = await alice.create_room(invite=["@_bridge_bea:localhost"])
    (await alice.post(f"/rooms/{segment(room_id)}/invite", {"user_id": "@_bridge_cid:localhost"}))
    members = (await alice.get(f"/rooms/{segment(room_id)}/members")).ok()["chunk"]
    names = {e["content"].get("displayname") for e in members if e["state_key"] != alice.user_id}
    assert names == {"bea", "cid"}
    count, many = len(asked(bridge, "users")), [f"@_bridge_{n}:localhost" for n in range(501)]
    (await alice.post("/createRoom", {"invite": many})).refused(400, "M_INVALID_PARAM")
    assert len(asked(bridge, "users")) == count
    assert len(asked(bridge, "users")) == 4


async def test_who_does_not_answer_is_not_waited_for_longer_than_that(
    bridge: Bridge, alice: Person, service: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(ping_api, "ANSWER_SECONDS", 0.3)
    release = bridge.hold()
    joins = [alice.join("#_bridge_tea:localhost") for _ in range(3)]
    for answer in await asyncio.gather(*joins):
        answer.refused(408, "M_UNKNOWN")
    (await alice.get(f"/profile/{segment('@_bridge_ann:localhost')}")).refused(408, "M_UNKNOWN")
    await alice.create_room(invite=["@_bridge_ann:localhost"])
    (await bridge.acting_as().post(PING, {})).refused(504, "M_CONNECTION_TIMEOUT")
    release()
    assert len(asked(bridge, "rooms")) == 1


async def test_a_ping_is_passed_on_and_says_how_it_went(
    bridge: Bridge, alice: Person, service: Endpoint
) -> None:
    bot = bridge.acting_as()
    answer = (await bot.post(PING, {"transaction_id": "tea"})).ok()
    assert answer["duration_ms"] >= 0
    [received] = service.received
    assert (received.method, received.path) == ("POST", "/_matrix/app/v1/ping")
    assert received.json == {"transaction_id": "tea"}
    assert received.headers["authorization"] == f"Bearer {HS_TOKEN}"
    (await bot.post(PING, {})).ok()
    assert service.received[-1].json == {}

    async def refuse(_: Received) -> Response:
        return Response(403, b'{"errcode":"M_FORBIDDEN"}')

    service.answer = refuse
    refused = (await bot.post(PING, {})).refused(502, "M_BAD_STATUS")
    assert (refused["status"], refused["body"]) == (403, '{"errcode":"M_FORBIDDEN"}')
    (await bot.post(PING.replace("bridge", "other"), {})).refused(403, "M_FORBIDDEN")
    (await alice.post(PING, {})).refused(403, "M_FORBIDDEN")
    (await Person(bridge.http).post(PING, {})).refused(401, "M_MISSING_TOKEN")
    (await bot.post(PING, b"[")).refused(400, "M_NOT_JSON")


PROTOCOL = {
    "user_fields": ["nick"],
    "location_fields": ["channel"],
    "icon": "mxc://localhost/icon",
    "field_types": {
        "nick": {"regexp": "[a-z]+", "placeholder": "nick"},
        "channel": {"regexp": "#.*", "placeholder": "#tea"},
    },
}


def instance(network_id: str) -> dict[str, Any]:
    return {"desc": network_id, "fields": {"network": network_id}, "network_id": network_id}


@pytest.mark.parametrize("changes", [{"protocols": ["irc", "smoke"]}])
async def test_networks_are_asked_for_places_and_people(
    settings: Config, service: Endpoint, changes: dict[str, Any]
) -> None:
    """By all services that have the protocol, as one."""
    queried: list[str] = []

    async def answer(received: Received) -> Response:
        kind = received.path.removeprefix("/_matrix/app/v1/thirdparty/")
        queried.append(kind)
        if kind == "protocol/irc":
            network = "tea" if received.headers["authorization"] == f"Bearer {HS_TOKEN}" else "cup"
            said = PROTOCOL if network == "tea" else {}
            return Response(200, orjson.dumps({**said, "instances": [instance(network)]}))
        if kind.startswith("location"):
            place = {"alias": "#_bridge_tea:localhost", "protocol": "irc", "fields": {"c": "#tea"}}
            return Response(200, orjson.dumps([place, {"alias": 5}, "nonsense"]))
        if kind == "user/irc":
            user = {"userid": "@_bridge_ann:localhost", "protocol": "irc", "fields": {}}
            return Response(200, orjson.dumps([user]))
        return Response(200, b'{"not":"of this shape"}')

    service.answer = answer
    other = registration(service.url) | {
        "id": "other",
        "as_token": "other",
        "hs_token": "other",
        "sender_localpart": "other",
        "protocols": ["irc"],
    }
    path = write(settings.data / "other.yaml", other)
    both = replace(settings, appservices=f"{settings.appservices},{path}")
    async with running(both) as server, client_of(server.url) as http:
        alice = await sign_up(http, "alice")
        third = "/thirdparty"
        found = (await alice.get(f"{third}/protocols")).ok()
        assert set(found.body) == {"irc"}
        ids = [one["instance_id"] for one in found["irc"]["instances"]]
        assert ids == ["bridge|tea", "other|cup"]
        assert (await alice.get(f"{third}/protocol/irc")).ok().body == found["irc"]
        assert queried.count("protocol/irc") == 2
        (await alice.get(f"{third}/protocol/smoke")).refused(404, "M_NOT_FOUND")
        (await alice.get(f"{third}/protocol/none")).refused(404, "M_NOT_FOUND")
        places = (await alice.get(f"{third}/location/irc", channel="#tea")).ok()
        assert [one["alias"] for one in places.body] == ["#_bridge_tea:localhost"] * 2
        assert len((await alice.get(f"{third}/user/irc", nick="ann")).ok().body) == 2
        assert len((await alice.get(f"{third}/location", alias="#x:localhost")).ok().body) == 2
        (await alice.get(f"{third}/user", userid="@x:localhost")).refused(404, "M_NOT_FOUND")
        (await alice.get(f"{third}/user")).refused(400, "M_MISSING_PARAM")
        (await Person(http).get(f"{third}/protocols")).refused(401, "M_MISSING_TOKEN")


async def test_a_service_lists_rooms_of_its_networks(bridge: Bridge, alice: Person) -> None:
    ghost = await bridge.ghost("ann")
    room_id = await ghost.create_room(preset="public_chat", name="Tea")
    plain = await alice.create_room(preset="public_chat", visibility="public", name="Plain")
    path = f"/directory/list/appservice/tea/{segment(room_id)}"
    (await alice.put(path, {"visibility": "public"})).refused(403, "M_FORBIDDEN")
    (await ghost.put(path, {"visibility": "hidden"})).refused(400, "M_BAD_JSON")
    for bad in ("tea/nowhere", f"{'t' * 256}/{segment(room_id)}"):
        other = f"/directory/list/appservice/{bad}"
        (await ghost.put(other, {"visibility": "public"})).refused(400, "M_INVALID_PARAM")
    (await ghost.put(path, {"visibility": "public"})).ok()
    (await bridge.acting_as().put(path, {"visibility": "public"})).ok()

    async def listed(**asked: Any) -> list[str]:
        answer = (await alice.post("/publicRooms", asked)).ok()
        return sorted(one["name"] for one in answer["chunk"])

    assert await listed() == ["Plain"]
    assert await listed(third_party_instance_id="bridge|tea") == ["Tea"]
    assert await listed(third_party_instance_id="bridge|other") == []
    assert await listed(include_all_networks=True) == ["Plain", "Tea"]
    both = {"include_all_networks": True, "third_party_instance_id": "bridge|tea"}
    (await alice.post("/publicRooms", both)).refused(400, "M_INVALID_PARAM")
    (await ghost.put(path, {"visibility": "private"})).ok()
    assert await listed(include_all_networks=True) == ["Plain"]
    assert plain
