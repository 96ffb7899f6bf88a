"""Saying to another service who one is."""

from __future__ import annotations

from teahouse.homeserver.tickets.kinds import Kind
from teahouse.kit.clock import ManualClock
from tests.administration.operators import an_operator
from tests.people import Answer, Person, segment
from tests.server import Server

USERINFO = "/_matrix/federation/v1/openid/userinfo"


async def ask(person: Person, of: Person | None = None) -> Answer:
    path = f"/user/{segment((of or person).user_id)}/openid/request_token"
    return await person.post(path)


async def userinfo(person: Person, token: str | None) -> Answer:
    return await Person(person.http).get(USERINFO, access_token=token)


async def test_a_service_is_told_whose_token_it_was_given(
    alice: Person, clock: ManualClock
) -> None:
    given = (await ask(alice)).ok()
    assert given["token_type"] == "Bearer"
    assert given["matrix_server_name"] == "localhost"
    assert given["expires_in"] == 3600
    for _ in range(2):
        told = await userinfo(alice, given["access_token"])
        assert told.ok().body == {"sub": alice.user_id}
    clock.advance(Kind.OPENID.lifetime_ms)
    (await userinfo(alice, given["access_token"])).refused(401, "M_UNKNOWN_TOKEN")


async def test_nobody_gets_one_for_another_person(alice: Person, bob: Person) -> None:
    (await ask(alice, bob)).refused(403, "M_FORBIDDEN")
    (await ask(Person(alice.http), alice)).refused(401, "M_MISSING_TOKEN")
    path = f"/user/{segment(alice.user_id)}/openid/request_token"
    (await alice.post(path, b"{")).refused(400, "M_NOT_JSON")
    (await alice.post(path, b"[]")).refused(400, "M_BAD_JSON")


async def test_it_proves_nothing_while_the_account_is_locked_or_suspended(
    server: Server, alice: Person
) -> None:
    token = (await ask(alice)).ok()["access_token"]
    olga = await an_operator(server, alice.http)
    for what, name in (("lock", "locked"), ("suspend", "suspended")):
        path = f"/_matrix/client/v1/admin/{what}/{alice.user_id}"
        (await olga.put(path, {name: True})).ok()
        (await userinfo(alice, token)).refused(401, "M_UNKNOWN_TOKEN")
        (await olga.put(path, {name: False})).ok()
        assert (await userinfo(alice, token)).ok().body == {"sub": alice.user_id}


async def test_it_opens_nothing_here_and_goes_with_its_device(alice: Person) -> None:
    token = (await ask(alice)).ok()["access_token"]
    (await alice.call("GET", "/account/whoami", token=token)).refused(401, "M_UNKNOWN_TOKEN")
    for wrong in ("x", "tho00_x", "thozz_x", alice.access_token, "茶茶茶茶茶"):
        (await userinfo(alice, wrong)).refused(401, "M_UNKNOWN_TOKEN")
    for missing in (None, ""):
        (await userinfo(alice, missing)).refused(401, "M_MISSING_TOKEN")
    (await alice.post("/logout")).ok()
    (await userinfo(alice, token)).refused(401, "M_UNKNOWN_TOKEN")
