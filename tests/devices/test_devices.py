"""A user's devices: list, look at, name, delete."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import PASSWORD, Answer, Person, segment
from tests.server import Server


def password_of(person: Person, session: str | None = None, password: str = PASSWORD) -> Any:
    return {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": person.user_id},
        "password": password,
        "session": session,
    }


async def delete(person: Person, device_id: str, auth: Any = None) -> Answer:
    return await person.delete(f"/devices/{segment(device_id)}", {"auth": auth} if auth else {})


def path(device_id: str) -> str:
    return f"/devices/{segment(device_id)}"


async def test_a_device_is_listed_from_its_login_on(alice: Person) -> None:
    phone = await alice.another_device()
    devices = (await alice.get("/devices")).ok()["devices"]
    assert {device["device_id"] for device in devices} == {alice.device_id, phone.device_id}
    for device in devices:
        assert device["last_seen_ip"] == "127.0.0.1"
        assert isinstance(device["last_seen_ts"], int)


async def test_nobody_sees_the_devices_of_another(alice: Person, bob: Person) -> None:
    devices = (await bob.get("/devices")).ok()["devices"]
    assert [device["device_id"] for device in devices] == [bob.device_id]
    (await bob.get(path(alice.device_id))).refused(404, "M_NOT_FOUND")
    (await bob.put(path(alice.device_id), {"display_name": "mine"})).refused(404, "M_NOT_FOUND")


async def test_a_device_is_named_by_its_owner(alice: Person) -> None:
    (await alice.put(path(alice.device_id), {"display_name": "爷爷的手机"})).ok()
    assert (await alice.get(path(alice.device_id))).ok()["display_name"] == "爷爷的手机"


async def test_an_update_without_a_name_changes_nothing(alice: Person) -> None:
    await alice.put(path(alice.device_id), {"display_name": "phone"})
    (await alice.put(path(alice.device_id), {})).ok()
    assert (await alice.get(path(alice.device_id)))["display_name"] == "phone"
    (await alice.put(path("NOSUCH"), {})).refused(404, "M_NOT_FOUND")


@pytest.mark.parametrize("name", [1, None, [], {}, True, "a\x00b", "x" * 1001])
async def test_a_name_that_is_no_name_is_refused(alice: Person, name: Any) -> None:
    await alice.put(path(alice.device_id), {"display_name": "phone"})
    (await alice.put(path(alice.device_id), {"display_name": name})).refused(400, "M_BAD_JSON")
    assert (await alice.get(path(alice.device_id)))["display_name"] == "phone"


async def test_deleting_a_device_asks_for_the_password(alice: Person) -> None:
    phone = await alice.another_device()
    asked = await delete(alice, phone.device_id)
    assert asked.status == 401
    assert {"stages": ["m.login.password"]} in asked["flows"]
    wrong = await delete(alice, phone.device_id, password_of(alice, asked["session"], "guess"))
    assert (wrong.status, wrong.errcode) == (401, "M_FORBIDDEN")
    (await phone.get("/account/whoami")).ok()
    (await delete(alice, phone.device_id, password_of(alice, asked["session"]))).ok()


async def test_a_deleted_device_is_signed_out_and_gone(alice: Person) -> None:
    phone = await alice.another_device()
    (await delete(alice, phone.device_id, password_of(alice))).ok()
    (await phone.get("/account/whoami")).refused(401, "M_UNKNOWN_TOKEN")
    (await alice.get(path(phone.device_id))).refused(404, "M_NOT_FOUND")
    (await delete(alice, phone.device_id, password_of(alice))).ok()


async def test_several_devices_are_deleted_at_once(alice: Person) -> None:
    phone, tablet = await alice.another_device(), await alice.another_device()
    wanted = [phone.device_id, tablet.device_id, "NOSUCH"]
    asked = await alice.post("/delete_devices", {"devices": wanted})
    assert asked.status == 401
    body = {"devices": wanted, "auth": password_of(alice, asked["session"])}
    (await alice.post("/delete_devices", body)).ok()
    devices = (await alice.get("/devices"))["devices"]
    assert [device["device_id"] for device in devices] == [alice.device_id]
    for gone in (phone, tablet):
        (await gone.get("/account/whoami")).refused(401, "M_UNKNOWN_TOKEN")


async def test_nobody_deletes_the_device_of_another(alice: Person, bob: Person) -> None:
    (await delete(bob, alice.device_id, password_of(bob))).ok()
    body = {"devices": [alice.device_id], "auth": password_of(bob)}
    (await bob.post("/delete_devices", body)).ok()
    (await alice.get("/account/whoami")).ok()


async def test_the_password_of_another_does_not_delete(alice: Person, bob: Person) -> None:
    phone = await alice.another_device()
    (await delete(alice, phone.device_id, password_of(bob))).refused(403, "M_FORBIDDEN")
    (await phone.get("/account/whoami")).ok()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"devices": None},
        {"devices": "A"},
        {"devices": [1]},
        {"devices": ["a\x00"]},
        {"devices": ["A"], "auth": 1},
        {"devices": ["A"] * 1001},
        [],
    ],
)
async def test_wrong_types_are_refused(alice: Person, body: Any) -> None:
    (await alice.post("/delete_devices", body)).refused(400, "M_BAD_JSON")


async def test_without_a_token_nothing_is_shown_or_done(alice: Person) -> None:
    for method, where in (
        ("GET", "/devices"),
        ("GET", path(alice.device_id)),
        ("PUT", path(alice.device_id)),
        ("DELETE", path(alice.device_id)),
        ("POST", "/delete_devices"),
    ):
        answer = await alice.call(method, where, {}, token="")
        answer.refused(401, "M_MISSING_TOKEN")


async def test_odd_device_ids_in_the_path_name_no_device(alice: Person) -> None:
    (await alice.get("/devices/a%00b")).refused(400, "M_INVALID_PARAM")
    (await alice.get("/devices/%ff")).refused(400, "M_INVALID_PARAM")
    (await alice.get("/devices/a%2Fb")).refused(404, "M_NOT_FOUND")
    (await alice.get("/devices/" + "x" * 3000)).refused(404, "M_NOT_FOUND")


async def test_when_a_device_was_seen_is_written_later(alice: Person, server: Server) -> None:
    first = (await alice.get(path(alice.device_id)))["last_seen_ts"]
    await server.teahouse.last_seen.flush()
    assert (await alice.get(path(alice.device_id)))["last_seen_ts"] > first


async def test_a_device_seen_often_is_written_once(alice: Person, server: Server) -> None:
    await alice.get("/devices")
    await server.teahouse.last_seen.flush()
    head = server.teahouse.log.head
    for _ in range(5):
        await alice.get("/devices")
    await server.teahouse.last_seen.flush()
    assert server.teahouse.log.head == head


async def test_the_device_seen_longest_ago_makes_room(
    alice: Person, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teahouse.homeserver.devices.service.MAX_DEVICES", 3)
    second, third = await alice.another_device(), await alice.another_device()
    await server.teahouse.last_seen.flush()
    fourth = await alice.another_device()
    devices = (await fourth.get("/devices")).ok()["devices"]
    assert len(devices) == 3
    assert fourth.device_id in {device["device_id"] for device in devices}
    signed_in = [await person.get("/account/whoami") for person in (alice, second, third)]
    assert sorted(answer.status for answer in signed_in) == [200, 200, 401]
