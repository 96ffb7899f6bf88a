"""A new password for whoever reads the account's mailbox."""

from __future__ import annotations

import pytest

from teahouse.homeserver.accounts.uia import EMAIL, AuthData, ThreepidCreds
from tests.people import Person, sign_in
from tests.post_office import PostOffice
from tests.server import Server
from tests.threepids.correspondent import (
    REGISTER,
    RESET,
    SECRET,
    Correspondent,
    at_address,
    by_email,
    by_password,
)

MAIL = "dora@mail.example"
NEW = "a better pot of oolong"


@pytest.fixture
async def dora(nobody: Correspondent, office: PostOffice) -> Person:
    sid = await nobody.confirmed(office, REGISTER, MAIL, secret="dora")
    made = (await nobody.register("dora", sid, "dora")).ok()
    return Person(nobody.http, made["user_id"], made["device_id"], made["access_token"])


async def test_a_new_password_is_set_through_the_mailbox(
    dora: Person, nobody: Correspondent, office: PostOffice
) -> None:
    asked = await nobody.post("/account/password", {"new_password": NEW})
    assert asked.status == 401
    assert asked["flows"] == [{"stages": ["m.login.email.identity"]}]
    sid = (await nobody.ask(RESET, "DORA@mail.example", language="en")).ok()["sid"]
    letter = await office.has(2)
    assert letter.subject == "localhost: set a new password"
    (await nobody.reset(sid, NEW)).refused(401, "M_UNAUTHORIZED")
    assert (await nobody.press(letter)).status_code == 200
    (await nobody.reset(sid, NEW, "not the secret")).refused(401, "M_THREEPID_AUTH_FAILED")
    (await nobody.reset(sid, "")).refused(400, "M_WEAK_PASSWORD")
    (await dora.get("/account/whoami")).ok()
    (await nobody.reset(sid, NEW)).ok()

    # All devices are out, and the old password is nobody's.
    (await dora.get("/account/whoami")).refused(401, "M_UNKNOWN_TOKEN")
    (await nobody.post("/login", at_address(MAIL))).refused(403, "M_FORBIDDEN")
    assert (await nobody.post("/login", at_address(MAIL, NEW))).ok()["user_id"] == dora.user_id

    # Once: neither the validation nor its link is good for more.
    (await nobody.reset(sid, "a third")).refused(401, "M_THREEPID_AUTH_FAILED")
    assert (await nobody.press(letter)).status_code == 404


async def test_of_an_attempt_that_waits_only_what_it_needs_is_kept(
    server: Server, nobody: Correspondent
) -> None:
    sid = (await nobody.ask(RESET, MAIL)).ok()["sid"]
    large = {"auth": by_email(sid) | {"password": "p" * 100_000, "token": "t" * 100_000}}
    assert (await nobody.post("/account/password", {"new_password": NEW, **large})).status == 401
    (session,) = server.teahouse.accounts.uia._sessions
    assert session.waiting == AuthData(type=EMAIL, threepid_creds=ThreepidCreds(sid, SECRET))


async def test_devices_may_stay_signed_in(
    dora: Person, nobody: Correspondent, office: PostOffice
) -> None:
    sid = await nobody.confirmed(office, RESET, MAIL)
    (await nobody.reset(sid, NEW, logout_devices=False)).ok()
    (await dora.get("/account/whoami")).ok()
    await sign_in(nobody.http, "dora", NEW)


async def test_who_is_signed_in_shows_their_password(dora: Person) -> None:
    asked = await dora.post("/account/password", {"new_password": NEW})
    assert asked["flows"] == [{"stages": ["m.login.password"]}]
    by_mail = {"new_password": NEW, "auth": by_email("x")}
    (await dora.post("/account/password", by_mail)).refused(401, "M_UNRECOGNIZED")
    (await dora.post("/account/password", {"new_password": NEW, "auth": by_password()})).ok()
    bad = await dora.call("POST", "/account/password", {"new_password": NEW}, token="tha00_x")
    bad.refused(401, "M_UNKNOWN_TOKEN")


async def test_who_has_no_account_is_told_by_letter(
    nobody: Correspondent, office: PostOffice
) -> None:
    sid = (await nobody.ask(RESET, "eve@mail.example", language="en-GB, zh;q=0.5")).ok()["sid"]
    told = await office.has(1)
    assert told.subject == "localhost: no account has this e-mail address"
    assert "_teahouse" not in told.text
    (await nobody.reset(sid, NEW)).refused(401, "M_UNAUTHORIZED")


async def test_an_address_that_was_taken_away_sets_no_password(
    dora: Person, nobody: Correspondent, office: PostOffice
) -> None:
    sid = await nobody.confirmed(office, RESET, MAIL)
    (await dora.post("/account/3pid/delete", {"medium": "email", "address": MAIL})).ok()
    (await nobody.reset(sid, NEW)).refused(400, "M_THREEPID_NOT_FOUND")
    await sign_in(nobody.http, "dora")
