"""Signing another device in with a token of the first."""

from __future__ import annotations

import asyncio

import sqlalchemy as sa

from teahouse.homeserver.tickets.kinds import Kind
from teahouse.homeserver.tickets.tables import ticket
from teahouse.kit.clock import ManualClock
from tests.people import PASSWORD, Answer, Person, sign_in
from tests.server import Server

PATH = "/_matrix/client/v1/login/get_token"
AUTH = {"type": "m.login.password", "password": PASSWORD}


async def ask(person: Person) -> str:
    token: str = (await person.post(PATH, {"auth": AUTH})).ok()["login_token"]
    return token


async def login(person: Person, token: object, **more: object) -> Answer:
    body = {"type": "m.login.token", "token": token, **more}
    return await Person(person.http).post("/login", body)


async def test_a_token_signs_one_device_in(alice: Person) -> None:
    asked = await alice.post(PATH)
    assert asked["flows"] == [{"stages": ["m.login.password"]}]
    (await alice.post(PATH, {"auth": AUTH | {"password": "wrong"}})).refused(401, "M_FORBIDDEN")
    given = (await alice.post(PATH, {"auth": AUTH | {"session": asked["session"]}})).ok()
    assert given["expires_in_ms"] == Kind.LOGIN.lifetime_ms

    signed_in = await login(alice, given["login_token"], device_id="KITCHEN", refresh_token=True)
    assert (signed_in.ok()["user_id"], signed_in["device_id"]) == (alice.user_id, "KITCHEN")
    assert "refresh_token" in signed_in.body
    kitchen = Person(alice.http, access_token=signed_in["access_token"])
    (await kitchen.get("/account/whoami")).ok()
    (await alice.get("/account/whoami")).ok()
    (await login(alice, given["login_token"])).refused(403, "M_FORBIDDEN")


async def test_each_token_is_asked_for_with_the_password(alice: Person) -> None:
    session = (await alice.post(PATH))["session"]
    first = await alice.post(PATH, {"auth": AUTH | {"session": session}})
    assert first.ok()["login_token"]
    again = await alice.post(PATH, {"auth": {"session": session}})
    assert (again.status, again["completed"]) == (401, [])
    (await Person(alice.http).post(PATH)).refused(401, "M_MISSING_TOKEN")
    (await alice.post(PATH, b"{")).refused(400, "M_NOT_JSON")


async def test_of_two_who_use_a_token_at_once_one_is_signed_in(alice: Person) -> None:
    token = await ask(alice)
    answers = await asyncio.gather(*(login(alice, token) for _ in range(4)))
    assert sorted(answer.status for answer in answers) == [200, 403, 403, 403]


async def test_a_token_is_over_after_its_time(
    alice: Person, clock: ManualClock, server: Server
) -> None:
    token, other = await ask(alice), await ask(alice)
    clock.advance(Kind.LOGIN.lifetime_ms - 1)
    (await login(alice, other)).ok()
    clock.advance(1)
    (await login(alice, token)).refused(403, "M_FORBIDDEN")
    count = sa.select(sa.func.count()).select_from(ticket)
    assert await server.teahouse.database.read(lambda tx: tx.scalar(count)) == 1
    await server.teahouse.pruning.prune()
    assert await server.teahouse.database.read(lambda tx: tx.scalar(count)) == 0


async def test_a_token_goes_with_the_device_that_asked_for_it(alice: Person) -> None:
    phone = await sign_in(alice.http, "alice")
    of_phone, of_first, of_last = await ask(phone), await ask(alice), await ask(alice)
    (await phone.post("/logout")).ok()
    (await login(alice, of_phone)).refused(403, "M_FORBIDDEN")
    (await login(alice, of_first)).ok()
    (await alice.post("/account/deactivate", {"auth": AUTH})).ok()
    (await login(alice, of_last)).refused(403, "M_FORBIDDEN")


async def test_what_is_no_login_token_signs_nobody_in(alice: Person) -> None:
    openid = await alice.post(f"/user/{alice.user_id}/openid/request_token")
    wrong = ["", "x", "thl", "thl00_x", "thlzz_x", "thl-1_x", "thl+5_x", "tha00_x", "茶茶茶茶茶"]
    for token in (*wrong, alice.access_token, openid.ok()["access_token"]):
        (await login(alice, token)).refused(403, "M_FORBIDDEN")
    (await login(alice, None)).refused(400, "M_MISSING_PARAM")
    (await login(alice, 7)).refused(400, "M_BAD_JSON")
    # Nor does one open anything else.
    token = await ask(alice)
    (await alice.call("GET", "/account/whoami", token=token)).refused(401, "M_UNKNOWN_TOKEN")


async def test_other_ways_in_are_not_here(alice: Person) -> None:
    for path in (
        "/login/sso/redirect",
        "/login/sso/redirect/oidc",
        "/login/cas/redirect",
        "/login/cas/ticket",
        "/_matrix/client/v1/auth_metadata",
    ):
        answer = await alice.get(path, redirectUrl="https://app.example")
        answer.refused(404, "M_UNRECOGNIZED")
    flows = (await alice.get("/login")).ok()["flows"]
    assert {"type": "m.login.token", "get_login_token": True} in flows
    assert "m.login.sso" not in [flow["type"] for flow in flows]
    capabilities = (await alice.get("/capabilities")).ok()["capabilities"]
    assert capabilities["m.get_login_token"] == {"enabled": True}
