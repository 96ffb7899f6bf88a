"""Signing up where registration is open."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from tests.people import PASSWORD, Person, sign_in

DUMMY = {"type": "m.login.dummy"}


def body(**values: Any) -> dict[str, Any]:
    return {"username": "dora", "password": PASSWORD, "auth": DUMMY} | values


@pytest.fixture
def nobody(http: httpx.AsyncClient) -> Person:
    return Person(http)


async def test_a_client_is_first_told_what_to_do(nobody: Person) -> None:
    answer = await nobody.post("/register", body(auth=None))
    assert answer.status == 401
    assert answer["flows"] == [{"stages": ["m.login.dummy"]}]
    assert "errcode" not in answer.body
    session = {**DUMMY, "session": answer["session"]}
    assert (await nobody.post("/register", body(auth=session))).ok()["user_id"] == "@dora:localhost"


async def test_a_stage_that_is_not_offered_is_refused(nobody: Person) -> None:
    answer = await nobody.post("/register", body(auth={"type": "m.login.sso"}))
    answer.refused(401, "M_UNRECOGNIZED")
    assert answer["flows"] == [{"stages": ["m.login.dummy"]}]


async def test_a_session_id_alone_passes_nothing(nobody: Person) -> None:
    session = (await nobody.post("/register", body(auth=None)))["session"]
    answer = await nobody.post("/register", body(auth={"session": session}))
    assert answer.status == 401
    assert answer["session"] == session


async def test_the_device_is_the_one_that_is_asked_for(nobody: Person) -> None:
    answer = await nobody.post("/register", body(device_id="KITCHEN"))
    assert answer.ok()["device_id"] == "KITCHEN"
    assert answer["home_server"] == "localhost"
    assert "refresh_token" not in answer.body
    assert "expires_in_ms" not in answer.body


async def test_without_login_there_is_no_token(nobody: Person) -> None:
    answer = await nobody.post("/register", body(inhibit_login=True))
    assert answer.ok().body == {"user_id": "@dora:localhost", "home_server": "localhost"}
    assert (await sign_in(nobody.http, "dora")).user_id == "@dora:localhost"


async def test_a_name_is_given_once_whatever_its_case(alice: Person, nobody: Person) -> None:
    for name in ("alice", "ALICE"):
        answer = await nobody.post("/register", body(username=name))
        answer.refused(400, "M_USER_IN_USE")
    # Before anything else is asked.
    (await nobody.post("/register", body(username="alice", auth=None))).refused(
        400, "M_USER_IN_USE"
    )


async def test_names_are_folded_to_lowercase(nobody: Person) -> None:
    answer = await nobody.post("/register", body(username="Dora"))
    assert answer.ok()["user_id"] == "@dora:localhost"


async def test_the_whole_grammar_of_new_names_is_taken(nobody: Person) -> None:
    for name in ("a", "0", "x_", "a.b_c=d-e/f+g", "x" * 244):
        answer = await nobody.post("/register", body(username=name))
        assert answer.ok()["user_id"] == f"@{name}:localhost"


async def test_other_names_are_refused(nobody: Person) -> None:
    # Those with a line first are for application services and the server itself.
    for name in ("_x", "茶", "a b", "@dora:localhost", "@dora", "dora:localhost", "a\0", "x" * 245):
        answer = await nobody.post("/register", body(username=name))
        answer.refused(400, "M_INVALID_USERNAME")


async def test_a_name_is_made_up_when_none_is_given(nobody: Person) -> None:
    answer = await nobody.post("/register", {"password": PASSWORD, "auth": DUMMY})
    assert answer.ok()["user_id"].endswith(":localhost")


async def test_a_password_is_needed_and_bounded(nobody: Person) -> None:
    (await nobody.post("/register", body(password=None))).refused(400, "M_MISSING_PARAM")
    (await nobody.post("/register", body(password=""))).refused(400, "M_WEAK_PASSWORD")
    (await nobody.post("/register", body(password="x" * 513))).refused(400, "M_INVALID_PARAM")
    (await nobody.post("/register", body(password="x" * 512))).ok()


WRONG_TYPES: list[dict[str, Any]] = [
    {"username": 1},
    {"password": ["x"]},
    {"device_id": {}},
    {"initial_device_display_name": 5},
    {"initial_device_display_name": "a\0b"},
    {"inhibit_login": "yes"},
    {"refresh_token": 1},
    {"auth": "dummy"},
    {"auth": {"type": 1}},
    {"auth": {"type": "m.login.dummy", "session": []}},
]


async def test_wrong_types_are_refused_and_make_no_account(nobody: Person) -> None:
    for wrong in WRONG_TYPES:
        (await nobody.post("/register", body(**wrong))).refused(400, "M_BAD_JSON")
    for wrong_id in ("x" * 256, "a\0b"):
        answer = await nobody.post("/register", body(device_id=wrong_id))
        answer.refused(400, "M_INVALID_PARAM")
    (await nobody.get("/register/available", username="dora")).ok()


async def test_what_is_not_json_is_refused(nobody: Person) -> None:
    for raw in (
        b"{",
        b"\xff",
        b'{"no field": "\x81"}',
        b'{"username": "\\ud800"}',
        b'{"auth":' * 5000,
    ):
        (await nobody.post("/register", raw)).refused(400, "M_NOT_JSON")


async def test_what_is_neither_a_guest_nor_a_user_is_refused(nobody: Person) -> None:
    (await nobody.post("/register", {}, kind="royal")).refused(400, "M_INVALID_PARAM")
    (await nobody.post("/register", body(), kind="user")).ok()


async def test_whether_a_name_is_free_can_be_asked(alice: Person, nobody: Person) -> None:
    free = await nobody.get("/register/available", username="dora")
    assert free.ok().body == {"available": True}
    (await nobody.get("/register/available", username="Alice")).refused(400, "M_USER_IN_USE")
    (await nobody.get("/register/available", username="a b")).refused(400, "M_INVALID_USERNAME")
    (await nobody.get("/register/available")).refused(400, "M_MISSING_PARAM")


async def test_a_name_is_not_given_again_after_its_account_ended(
    alice: Person, nobody: Person
) -> None:
    auth = {"type": "m.login.password", "password": PASSWORD}
    (await alice.post("/account/deactivate", {"auth": auth})).ok()
    (await nobody.post("/register", body(username="alice"))).refused(400, "M_USER_IN_USE")


async def test_two_who_want_one_name_at_once_get_it_once(http: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(Person(http).post("/register", body()) for _ in range(6)))
    assert sorted(answer.status for answer in answers) == [200, 400, 400, 400, 400, 400]


async def test_what_was_asked_in_a_session_need_not_be_asked_again(nobody: Person) -> None:
    wish = {"username": "dora", "password": PASSWORD, "device_id": "TEAPOT", "inhibit_login": 0}
    begun = await nobody.post("/register", wish)
    assert begun.status == 401
    auth = {"auth": {**DUMMY, "session": begun["session"]}}
    made = (await nobody.post("/register", auth)).ok()
    assert (made["user_id"], made["device_id"]) == ("@dora:localhost", "TEAPOT")


async def test_the_same_sign_up_again_is_a_sign_in_for_who_knows_the_password(
    nobody: Person,
) -> None:
    session = (await nobody.post("/register", {"password": PASSWORD}))["session"]
    wish = {"password": PASSWORD, "auth": {**DUMMY, "session": session}}
    first, again = [(await nobody.post("/register", wish)).ok() for _ in range(2)]
    assert first["user_id"] == again["user_id"]
    assert first["access_token"] != again["access_token"]
    only_made = (await nobody.post("/register", {**wish, "inhibit_login": True})).ok()
    assert only_made.body == {"user_id": first["user_id"], "home_server": "localhost"}
    for inhibited in (False, True):
        other = {**wish, "password": "another", "inhibit_login": inhibited}
        (await nobody.post("/register", other)).refused(403, "M_FORBIDDEN")


async def test_a_long_name_of_a_session_is_not_remembered(nobody: Person) -> None:
    for name, session, again in (("dora", "s" * 255, 200), ("emil", "s" * 256, 400)):
        wish = {"username": name, "password": PASSWORD, "auth": {**DUMMY, "session": session}}
        (await nobody.post("/register", wish)).ok()
        assert (await nobody.post("/register", wish)).status == again


async def test_a_session_is_for_one_purpose_and_one_person(alice: Person, bob: Person) -> None:
    for device_id in ("KETTLE", "TEAPOT"):
        (await alice.post("/login", _login(alice, device_id))).ok()
    session = (await alice.delete("/devices/KETTLE", {}))["session"]
    auth = {"type": "m.login.password", "user": alice.user_id, "password": PASSWORD}
    elsewhere = {"auth": {**auth, "session": session}}
    (await alice.delete("/devices/TEAPOT", elsewhere)).refused(403, "M_FORBIDDEN")
    as_bob = {"auth": {**auth, "user": bob.user_id}}
    (await alice.delete("/devices/TEAPOT", as_bob)).refused(403, "M_FORBIDDEN")
    (await alice.delete("/devices/KETTLE", elsewhere)).ok()
    left = {device["device_id"] for device in (await alice.get("/devices")).ok()["devices"]}
    assert left == {alice.device_id, "TEAPOT"}


def _login(person: Person, device_id: str) -> dict[str, Any]:
    identifier = {"type": "m.id.user", "user": person.user_id}
    wish = {"identifier": identifier, "password": PASSWORD, "device_id": device_id}
    return {"type": "m.login.password", **wish}
