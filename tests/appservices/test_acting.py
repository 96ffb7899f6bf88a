"""Who a service may be, and what only it may do."""

from __future__ import annotations

from typing import Any

import pytest

from teahouse.kit.clock import ManualClock
from teahouse.kit.limits import LIMITS
from tests.appservices.bridging import Bridge
from tests.people import PASSWORD, Person, segment
from tests.push.test_pushers import pusher
from tests.server import Server

SERVICE = "m.login.application_service"
WHOAMI = "/account/whoami"


async def test_it_acts_as_its_own_account_and_as_those_that_it_has(bridge: Bridge) -> None:
    bot = (await bridge.acting_as().get(WHOAMI)).ok()
    assert bot.body == {"user_id": "@bridgebot:localhost", "is_guest": False}
    ghost = await bridge.ghost("ann")
    assert (await ghost.get(WHOAMI)).ok()["user_id"] == "@_bridge_ann:localhost"
    by_query = await bridge.acting_as().call("GET", WHOAMI, token="", access_token=bridge.token)
    assert by_query.ok()["user_id"] == "@bridgebot:localhost"


async def test_it_does_not_act_for_others(bridge: Bridge, alice: Person) -> None:
    for user_id in (alice.user_id, "@_bridge_nobody:localhost", "@_bridge_ann:elsewhere", "nobody"):
        (await bridge.acting_as(user_id).get(WHOAMI)).refused(403, "M_FORBIDDEN")
    (await bridge.acting_as().call("GET", WHOAMI, token="x")).refused(401, "M_UNKNOWN_TOKEN")
    mine = await alice.get(WHOAMI, user_id="@bridgebot:localhost", device_id="X")
    assert (mine.ok()["user_id"], mine["device_id"]) == (alice.user_id, alice.device_id)


async def test_it_acts_with_a_device_that_is_there(bridge: Bridge) -> None:
    ghost = await bridge.ghost("ann")
    with_device = bridge.acting_as(ghost.user_id, "PHONE")
    (await with_device.get(WHOAMI)).refused(400, "M_UNKNOWN_DEVICE")
    assert (await ghost.put("/devices/PHONE", {"display_name": "a phone"})).status == 201
    assert (await with_device.get(WHOAMI)).ok()["device_id"] == "PHONE"
    unstable = {"org.matrix.msc3202.device_id": "PHONE"}
    assert (await ghost.get(WHOAMI, **unstable)).ok()["device_id"] == "PHONE"
    (await bridge.acting_as(None, "PHONE").get(WHOAMI)).refused(400, "M_UNKNOWN_DEVICE")
    (await ghost.delete("/devices/PHONE", {})).ok()
    (await with_device.get(WHOAMI)).refused(400, "M_UNKNOWN_DEVICE")


async def test_its_users_have_devices_and_keys_without_a_password(
    bridge: Bridge, alice: Person
) -> None:
    ghost = await bridge.ghost("ann")
    made = await ghost.put("/devices/ONE", {"display_name": "one"})
    assert made.status == 201
    (await ghost.put("/devices/ONE", {"display_name": "two"})).ok()
    assert (await ghost.get("/devices/ONE")).ok()["display_name"] == "two"
    assert (await ghost.put("/devices/TWO")).status == 201
    (await ghost.post("/delete_devices", {"devices": ["TWO"]})).ok()
    assert [one["device_id"] for one in (await ghost.get("/devices")).ok()["devices"]] == ["ONE"]
    (await alice.put("/devices/ONE", {"display_name": "one"})).refused(404, "M_NOT_FOUND")
    refused = await alice.post("/delete_devices", {"devices": [alice.device_id]})
    assert refused.status == 401
    for key in ("first", "second"):
        (await ghost.post("/keys/device_signing/upload", master_key(ghost, key))).ok()
    (await alice.post("/keys/device_signing/upload", master_key(alice, "first"))).ok()
    again = await alice.post("/keys/device_signing/upload", master_key(alice, "second"))
    assert again.status == 401


def master_key(who: Person, key: str) -> dict[str, Any]:
    public = key.ljust(43, "A")
    return {
        "master_key": {
            "user_id": who.user_id,
            "usage": ["master"],
            "keys": {f"ed25519:{public}": public},
        }
    }


async def test_it_registers_its_users_and_no_others(bridge: Bridge, alice: Person) -> None:
    bot = bridge.acting_as()
    signed_in = (await bot.post("/register", {"type": SERVICE, "username": "_bridge_bea"})).ok()
    bea = Person(bridge.http, access_token=signed_in["access_token"])
    assert (await bea.get(WHOAMI)).ok()["user_id"] == "@_bridge_bea:localhost"
    for name, errcode in (("_bridge_bea", "M_USER_IN_USE"), ("carl", "M_EXCLUSIVE")):
        (await bot.post("/register", {"type": SERVICE, "username": name})).refused(400, errcode)
    (await bot.post("/register", {"type": SERVICE})).refused(400, "M_MISSING_PARAM")
    (await bot.post("/register", {"type": SERVICE, "username": "_bridge_Ü"})).refused(
        400, "M_INVALID_USERNAME"
    )
    body = {"type": SERVICE, "username": "_bridge_cid"}
    nobody = Person(bridge.http)
    (await nobody.post("/register", body)).refused(401, "M_MISSING_TOKEN")
    (await alice.post("/register", body)).refused(401, "M_UNKNOWN_TOKEN")


async def test_nobody_else_takes_its_names(bridge: Bridge) -> None:
    nobody = Person(bridge.http)
    for name in ("_bridge_dan", "bridgebot"):
        body = {"username": name, "password": PASSWORD, "auth": {"type": "m.login.dummy"}}
        (await nobody.post("/register", body)).refused(400, "M_EXCLUSIVE")
        taken = await nobody.get("/register/available", username=name)
        taken.refused(400, "M_EXCLUSIVE")


async def test_it_signs_its_users_in(bridge: Bridge, alice: Person) -> None:
    ghost = await bridge.ghost("ann")
    bot = bridge.acting_as()
    flows = (await Person(bridge.http).get("/login")).ok()["flows"]
    assert {"type": SERVICE} in flows

    def login(user: str) -> dict[str, Any]:
        return {"type": SERVICE, "identifier": {"type": "m.id.user", "user": user}}

    answer = (await bot.post("/login", {**login("_bridge_ann"), "device_id": "DEV"})).ok()
    person = Person(bridge.http, access_token=answer["access_token"])
    assert (await person.get(WHOAMI)).ok().body["user_id"] == ghost.user_id
    (await bot.post("/login", login(alice.user_id))).refused(400, "M_EXCLUSIVE")
    (await bot.post("/login", login("_bridge_nobody"))).refused(403, "M_FORBIDDEN")
    (await Person(bridge.http).post("/login", login("_bridge_ann"))).refused(401, "M_MISSING_TOKEN")
    (await alice.post("/login", login("_bridge_ann"))).refused(401, "M_UNKNOWN_TOKEN")


async def test_whom_it_deactivates_it_acts_for_no_more(bridge: Bridge) -> None:
    ghost = await bridge.ghost("ann")
    (await ghost.get(WHOAMI)).ok()
    (await ghost.post("/account/deactivate", {})).ok()
    (await ghost.get(WHOAMI)).refused(403, "M_FORBIDDEN")


async def test_it_says_when_something_was_sent(bridge: Bridge, alice: Person) -> None:
    ghost = await bridge.ghost("ann")
    room_id = await ghost.create_room(preset="public_chat")
    await alice.join(room_id)
    rooms = f"/rooms/{segment(room_id)}"
    at = 1_400_000_000_000
    sent = [
        await ghost.put(f"{rooms}/send/m.room.message/one", {"body": "x"}, ts=at),
        await ghost.put(f"{rooms}/state/org.example/", {"a": 1}, ts=at + 1),
    ]
    for answer, expected in zip(sent, (at, at + 1), strict=True):
        event = (await ghost.get(f"{rooms}/event/{segment(answer.ok()['event_id'])}")).ok()
        assert event["origin_server_ts"] == expected
    for bad in ("x", "-1", "1.5", str(2**53), "9" * 30):
        answer = await ghost.put(f"{rooms}/send/m.room.message/two", {"body": "x"}, ts=bad)
        answer.refused(400, "M_INVALID_PARAM")
    mine = await alice.put(f"{rooms}/send/m.room.message/one", {"body": "x"}, ts=at)
    event = (await alice.get(f"{rooms}/event/{segment(mine.ok()['event_id'])}")).ok()
    assert event["origin_server_ts"] > at + 10_000


async def test_its_aliases_are_its_own(bridge: Bridge, alice: Person) -> None:
    ghost = await bridge.ghost("ann")
    room_id = await ghost.create_room(room_alias_name="_bridge_tea")
    path = f"/directory/room/{segment('#_bridge_tea:localhost')}"
    assert (await alice.get(path)).ok()["room_id"] == room_id
    (await ghost.put("/directory/room/%23cups:localhost", {"room_id": room_id})).refused(
        400, "M_EXCLUSIVE"
    )
    own = await alice.create_room()
    other = f"/directory/room/{segment('#_bridge_x:localhost')}"
    (await alice.put(other, {"room_id": own})).refused(400, "M_EXCLUSIVE")
    (await alice.post("/createRoom", {"room_alias_name": "_bridge_x"})).refused(400, "M_EXCLUSIVE")
    (await ghost.post("/createRoom", {"room_alias_name": "cups"})).refused(400, "M_EXCLUSIVE")
    (await alice.delete(path)).refused(400, "M_EXCLUSIVE")
    (await bridge.acting_as().delete(path)).ok()
    (await alice.get(path)).refused(404, "M_NOT_FOUND")


async def test_it_sees_who_is_with_any_of_its_users(bridge: Bridge, alice: Person) -> None:
    ghost = await bridge.ghost("ann")
    bot = bridge.acting_as()
    room_id = await alice.create_room(preset="public_chat")
    path = f"/rooms/{segment(room_id)}/joined_members"
    (await bot.get(path)).refused(403, "M_FORBIDDEN")
    await ghost.join(room_id)
    assert set((await bot.get(path)).ok()["joined"]) == {alice.user_id, ghost.user_id}


@pytest.mark.parametrize("changes", [{"rate_limited": False}, {}], ids=["unlimited", "limited"])
async def test_its_users_are_limited_unless_the_operator_says_not(
    bridge: Bridge, server: Server, changes: dict[str, Any]
) -> None:
    ghost, bot, burst = await bridge.ghost("ann"), bridge.acting_as(), LIMITS["directory"].burst
    limits = server.teahouse.limits
    limits._enabled, limits._clock = True, ManualClock()
    statuses = [await ask_often(ghost) for _ in range(burst + 1)]
    assert set(statuses[:-1]) == {200}
    assert statuses[-1] == (429 if not changes else 200)
    assert {await ask_often(bot) for _ in range(burst + 1)} == {200}


async def ask_often(who: Person) -> int:
    return (await who.get("/publicRooms")).status


async def test_pushers_that_no_device_set_go_with_the_account(
    bridge: Bridge, server: Server
) -> None:
    ghost = await bridge.ghost("ann")
    data = {"url": "https://push.example.org/_matrix/push/v1/notify"}
    (await ghost.post("/pushers/set", pusher(data=data))).ok()
    pushers = server.teahouse.pushers
    assert len(await pushers.of_user(ghost.user_id)) == 1
    await server.teahouse.accounts.credentials.deactivate(ghost.user_id)
    assert await pushers.of_user(ghost.user_id) == []
