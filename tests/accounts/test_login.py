"""Signing in and out."""

from __future__ import annotations

from typing import Any

import httpx

from tests.people import PASSWORD, Person, sign_in


def body(name: str = "alice", password: Any = PASSWORD, **values: Any) -> dict[str, Any]:
    identifier = {"type": "m.id.user", "user": name}
    return {
        "type": "m.login.password",
        "identifier": identifier,
        "password": password,
    } | values


async def test_the_ways_to_sign_in_are_listed(alice: Person) -> None:
    flows = await Person(alice.http).get("/login")
    by_token = {"type": "m.login.token", "get_login_token": True}
    assert flows.ok().body == {"flows": [{"type": "m.login.password"}, by_token]}


async def test_a_new_account_is_signed_in(alice: Person) -> None:
    who = await alice.get("/account/whoami")
    assert who.ok().body == {
        "user_id": "@alice:localhost",
        "device_id": alice.device_id,
        "is_guest": False,
    }


async def test_a_second_device_signs_in_with_the_password(alice: Person) -> None:
    for name in ("alice", "Alice", "@alice:localhost", "@ALICE:localhost"):
        second = await sign_in(alice.http, name)
        assert second.user_id == alice.user_id
        assert second.device_id != alice.device_id
        (await second.get("/account/whoami")).ok()
    (await alice.get("/account/whoami")).ok()


async def test_the_old_way_to_name_a_user_works(alice: Person) -> None:
    (await alice.post("/login", body(identifier=None, user="alice"))).ok()


async def test_an_unknown_name_is_refused_like_a_wrong_password(alice: Person) -> None:
    wrong = (await alice.post("/login", body(password="wrong"))).refused(403, "M_FORBIDDEN")
    for name in ("bob", "@alice:elsewhere", "", "al ice", "al\0ice", "@", "茶"):
        unknown = (await alice.post("/login", body(name))).refused(403, "M_FORBIDDEN")
        assert wrong.body == unknown.body


async def test_a_very_long_password_is_wrong(alice: Person) -> None:
    (await alice.post("/login", body(password="x" * 100_000))).refused(403, "M_FORBIDDEN")


async def test_other_ways_to_sign_in_are_refused(alice: Person) -> None:
    (await alice.post("/login", body(type="m.login.sso"))).refused(400, "M_UNKNOWN")
    (await alice.post("/login", body(identifier={"type": "m.id.face"}))).refused(400, "M_UNKNOWN")
    by_phone = {"type": "m.id.phone", "country": "CN", "phone": "1"}
    (await alice.post("/login", body(identifier=by_phone))).refused(403, "M_FORBIDDEN")
    (await alice.post("/login", {})).refused(400, "M_MISSING_PARAM")
    (await alice.post("/login", body(identifier=None))).refused(400, "M_MISSING_PARAM")
    (await alice.post("/login", body(password=None))).refused(400, "M_MISSING_PARAM")
    (await alice.post("/login", body(password=7))).refused(400, "M_BAD_JSON")
    (await alice.post("/login", body(identifier="alice"))).refused(400, "M_BAD_JSON")
    (await alice.post("/login", b"{")).refused(400, "M_NOT_JSON")


async def test_a_device_that_signs_in_again_gets_a_new_token_for_its_old_one(
    alice: Person,
) -> None:
    again = (await alice.post("/login", body(device_id=alice.device_id))).ok()
    assert again["device_id"] == alice.device_id
    (await alice.get("/account/whoami")).refused(401, "M_UNKNOWN_TOKEN")
    (await alice.call("GET", "/account/whoami", token=again["access_token"])).ok()


async def test_a_device_gets_its_first_name_only(alice: Person) -> None:
    path = "/devices/KITCHEN"
    first = body(device_id="KITCHEN", initial_device_display_name="Kitchen")
    (await alice.post("/login", first)).ok()
    assert (await alice.get(path)).ok()["display_name"] == "Kitchen"
    (await alice.post("/login", first | {"initial_device_display_name": "Hall"})).ok()
    assert (await alice.get(path)).ok()["display_name"] == "Kitchen"


async def test_a_token_opens_nothing_after_logout(alice: Person) -> None:
    second = await sign_in(alice.http, "alice")
    (await alice.post("/logout")).ok()
    answer = (await alice.get("/account/whoami")).refused(401, "M_UNKNOWN_TOKEN")
    assert answer["soft_logout"] is False
    devices = (await second.get("/devices")).ok()["devices"]
    assert [device["device_id"] for device in devices] == [second.device_id]


async def test_logout_of_all_ends_every_device_of_this_user_only(
    alice: Person, bob: Person
) -> None:
    second = await sign_in(alice.http, "alice")
    (await alice.post("/logout/all")).ok()
    (await alice.get("/account/whoami")).refused(401, "M_UNKNOWN_TOKEN")
    (await second.get("/account/whoami")).refused(401, "M_UNKNOWN_TOKEN")
    (await bob.get("/account/whoami")).ok()


async def test_a_deleted_device_is_signed_out(alice: Person) -> None:
    second = await sign_in(alice.http, "alice")
    (await second.get("/account/whoami")).ok()
    auth = {"type": "m.login.password", "password": PASSWORD}
    (await alice.delete(f"/devices/{second.device_id}", {"auth": auth})).ok()
    (await second.get("/account/whoami")).refused(401, "M_UNKNOWN_TOKEN")


async def test_without_a_token_nothing_is_done(http: httpx.AsyncClient) -> None:
    nobody = Person(http)
    (await nobody.post("/logout")).refused(401, "M_MISSING_TOKEN")
    (await nobody.post("/logout/all")).refused(401, "M_MISSING_TOKEN")
    (await nobody.get("/account/whoami")).refused(401, "M_MISSING_TOKEN")


async def test_a_made_up_token_is_refused(http: httpx.AsyncClient) -> None:
    for token in ("x", "thazz_1", "tha00_" + "x" * 43, "茶", "tha\0\0_x"):
        answer = await Person(http).get("/account/whoami", access_token=token)
        answer.refused(401, "M_UNKNOWN_TOKEN")


async def test_tokens_survive_a_restart_of_the_cache(alice: Person, server: Any) -> None:
    server.teahouse.accounts.tokens._known.clear()
    (await alice.get("/account/whoami")).ok()
