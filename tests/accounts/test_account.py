"""Changing the password, and leaving for good."""

from __future__ import annotations

from typing import Any

from tests.people import PASSWORD, Answer, Person, segment, sign_in

NEW = "a better pot of oolong"


def auth(password: str = PASSWORD, **values: Any) -> dict[str, Any]:
    return {"type": "m.login.password", "password": password} | values


async def change(person: Person, **values: Any) -> Answer:
    return await person.post("/account/password", {"new_password": NEW} | values)


async def login(person: Person, password: str) -> Answer:
    body = {"type": "m.login.password", "user": person.user_id, "password": password}
    return await Person(person.http).post("/login", body)


async def test_a_changed_password_signs_the_other_devices_out(alice: Person) -> None:
    second = await sign_in(alice.http, "alice")
    asked = await change(alice)
    assert asked.status == 401
    assert asked["flows"] == [{"stages": ["m.login.password"]}]
    me = {"type": "m.id.user", "user": "alice"}
    (await change(alice, auth=auth(identifier=me, session=asked["session"]))).ok()
    (await alice.get("/account/whoami")).ok()
    (await second.get("/account/whoami")).refused(401, "M_UNKNOWN_TOKEN")
    (await login(alice, PASSWORD)).refused(403, "M_FORBIDDEN")
    (await login(alice, NEW)).ok()


async def test_the_other_devices_may_stay(alice: Person) -> None:
    second = await sign_in(alice.http, "alice")
    (await change(alice, auth=auth(), logout_devices=False)).ok()
    (await second.get("/account/whoami")).ok()


async def test_without_the_old_password_nothing_changes(alice: Person, bob: Person) -> None:
    wrong = (await change(alice, auth=auth("wrong"))).refused(401, "M_FORBIDDEN")
    assert wrong["flows"] == [{"stages": ["m.login.password"]}]
    as_bob = auth(identifier={"type": "m.id.user", "user": "bob"})
    # Who has proved to be somebody else has nothing to try again.
    (await change(alice, auth=as_bob)).refused(403, "M_FORBIDDEN")
    (await change(alice, auth={"type": "m.login.password"})).refused(401, "M_MISSING_PARAM")
    (await change(alice, auth={"type": "m.login.dummy"})).refused(401, "M_UNRECOGNIZED")
    (await login(alice, PASSWORD)).ok()


async def test_a_session_is_for_one_operation_and_one_user(alice: Person, bob: Person) -> None:
    session = (await change(alice))["session"]
    (await change(bob, auth={"session": session})).refused(403, "M_FORBIDDEN")
    elsewhere = await alice.post("/account/deactivate", {"auth": {"session": session}})
    elsewhere.refused(403, "M_FORBIDDEN")
    assert (await change(alice, auth={"session": session}))["session"] == session


async def test_a_new_password_has_bounds(alice: Person) -> None:
    (await change(alice, new_password="", auth=auth())).refused(400, "M_WEAK_PASSWORD")
    (await change(alice, new_password="茶" * 171, auth=auth())).refused(400, "M_INVALID_PARAM")
    (await change(alice, new_password=None, auth=auth())).refused(400, "M_MISSING_PARAM")
    (await change(alice, new_password=5)).refused(400, "M_BAD_JSON")
    (await change(alice, auth=[])).refused(400, "M_BAD_JSON")
    (await alice.post("/account/password", b"x")).refused(400, "M_NOT_JSON")
    (await login(alice, PASSWORD)).ok()


async def test_a_deactivated_account_opens_no_more(alice: Person, bob: Person) -> None:
    second = await sign_in(alice.http, "alice")
    (await alice.put(f"/profile/{segment(alice.user_id)}/displayname", {"displayname": "A"})).ok()
    assert (await alice.post("/account/deactivate", {})).status == 401
    (await alice.post("/account/deactivate", {"auth": auth("wrong")})).refused(401, "M_FORBIDDEN")
    answer = await alice.post("/account/deactivate", {"auth": auth(), "erase": True})
    assert answer.ok().body == {"id_server_unbind_result": "success"}
    (await alice.get("/account/whoami")).refused(401, "M_UNKNOWN_TOKEN")
    (await second.get("/account/whoami")).refused(401, "M_UNKNOWN_TOKEN")
    (await login(alice, PASSWORD)).refused(403, "M_FORBIDDEN")
    (await bob.get(f"/profile/{segment(alice.user_id)}")).refused(404, "M_NOT_FOUND")
    (await bob.get("/account/whoami")).ok()


async def test_nobody_has_addresses(alice: Person) -> None:
    assert (await alice.get("/account/3pid")).ok().body == {"threepids": []}


async def test_without_a_token_nothing_is_done(alice: Person) -> None:
    nobody = Person(alice.http)
    (await change(nobody, auth=auth())).refused(401, "M_MISSING_TOKEN")
    (await nobody.post("/account/deactivate", {})).refused(401, "M_MISSING_TOKEN")
    (await nobody.get("/account/3pid")).refused(401, "M_MISSING_TOKEN")
