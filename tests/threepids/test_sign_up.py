"""Signing up and signing in with an e-mail address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from teahouse import config
from tests.people import PASSWORD, Person, client_of
from tests.post_office import PostOffice
from tests.server import running
from tests.threepids.correspondent import (
    REGISTER,
    RESET,
    Correspondent,
    addresses,
    at_address,
    by_email,
)


async def test_who_reads_the_mailbox_makes_an_account_with_it(
    nobody: Correspondent, office: PostOffice
) -> None:
    asked = await nobody.post("/register", {"username": "dora", "password": PASSWORD})
    assert asked["flows"] == [
        {"stages": ["m.login.dummy"]},
        {"stages": ["m.login.email.identity"]},
    ]
    session = asked["session"]
    sid = (await nobody.ask(REGISTER, "Dóra@Mail.Example")).ok()["sid"]
    letter = await office.has(1)
    assert letter.mailbox == "dóra@mail.example"

    # Not before the button is pressed; opening the link alone does nothing.
    assert (await nobody.open(letter)).status_code == 200
    waiting = await nobody.register("dora", sid, session=session)
    assert waiting.refused(401, "M_UNAUTHORIZED")["session"] == session
    assert (await nobody.press(letter)).status_code == 200
    assert (await nobody.open(letter)).status_code == 200

    # The client has said what it waits for; now its session is enough.
    body = {"username": "dora", "password": PASSWORD, "auth": {"session": session}}
    dora = (await nobody.post("/register", body)).ok()
    nobody.access_token = dora["access_token"]
    threepids = (await nobody.get("/account/3pid")).ok()["threepids"]
    assert [(one["medium"], one["address"]) for one in threepids] == [
        ("email", "dóra@mail.example")
    ]

    # What was used is over, and so is its link.
    (await nobody.register("eve", sid)).refused(401, "M_THREEPID_AUTH_FAILED")
    assert (await nobody.open(letter)).status_code == 404
    assert (await nobody.press(letter)).status_code == 404
    assert len(office.delivered) == 1


async def test_an_address_signs_in_however_it_is_spelt(
    nobody: Correspondent, office: PostOffice
) -> None:
    sid = await nobody.confirmed(office, REGISTER, "Strauss@mail.example")
    (await nobody.register("dora", sid)).ok()
    for spelling in ("strauss@mail.example", "STRAUSS@MAIL.example", "Strauß@mail.example"):
        signed_in = await nobody.post("/login", at_address(spelling))
        assert signed_in.ok()["user_id"] == "@dora:localhost"
    old = {"type": "m.login.password", "medium": "email", "address": "strauss@mail.example"}
    (await nobody.post("/login", old | {"password": PASSWORD})).ok()

    wrong = await nobody.post("/login", at_address("strauss@mail.example", "wrong"))
    wrong.refused(403, "M_FORBIDDEN")
    for address, medium in (
        ("eve@mail.example", "email"),
        ("strauss@mail.example", "msisdn"),
        ("not an address", "email"),
        ("", "email"),
        ("x@" + "y" * 100_000, "email"),
    ):
        unknown = await nobody.post("/login", at_address(address, medium=medium))
        assert unknown.refused(403, "M_FORBIDDEN").body == wrong.body


async def test_an_address_that_is_taken_is_told_to_its_reader_only(
    nobody: Correspondent, office: PostOffice
) -> None:
    sid = await nobody.confirmed(office, REGISTER, "dora@mail.example")
    (await nobody.register("dora", sid)).ok()
    again = (await nobody.ask(REGISTER, "dora@mail.example", secret="another")).ok()
    told = await office.has(2)
    assert "already" in told.subject
    assert "_teahouse" not in told.text
    # It looks like any other; but there is nothing to confirm.
    assert again.body.keys() == {"sid"}
    (await nobody.register("eve", again["sid"], "another")).refused(401, "M_UNAUTHORIZED")


async def test_of_two_who_prove_an_address_one_gets_it(
    nobody: Correspondent, office: PostOffice
) -> None:
    first = await nobody.confirmed(office, REGISTER, "dora@mail.example", secret="one")
    second = await nobody.confirmed(office, REGISTER, "dora@mail.example", secret="two")
    (await nobody.register("dora", first, "one")).ok()
    (await nobody.register("eve", second, "two")).refused(400, "M_THREEPID_IN_USE")
    # Nothing was made.
    assert (await nobody.get("/register/available", username="eve")).ok()["available"]


async def test_only_what_was_asked_for_is_proved(nobody: Correspondent, office: PostOffice) -> None:
    sid = await nobody.confirmed(office, REGISTER, "dora@mail.example")
    for wrong in (by_email(sid, "other"), by_email("x" * 43), by_email("\0")):
        body = {"username": "dora", "password": PASSWORD, "auth": wrong}
        refused = await nobody.post("/register", body)
        if "\0" in wrong["threepid_creds"]["sid"]:
            refused.refused(400, "M_BAD_JSON")
        else:
            refused.refused(401, "M_THREEPID_AUTH_FAILED")
    nothing = {"username": "dora", "password": PASSWORD, "auth": {"type": by_email("")["type"]}}
    (await nobody.post("/register", nothing)).refused(401, "M_MISSING_PARAM")
    # What proves a new account sets no password, and the other way round.
    (await nobody.reset(sid, "new password")).refused(401, "M_THREEPID_AUTH_FAILED")
    (await nobody.register("dora", sid)).ok()
    reset = await nobody.confirmed(office, RESET, "dora@mail.example")
    (await nobody.register("eve", reset)).refused(401, "M_THREEPID_AUTH_FAILED")


@pytest.fixture
async def strict(with_mail: config.Config) -> AsyncIterator[httpx.AsyncClient]:
    """A server that asks for all it can ask for."""
    policies = with_mail.data / "policies.toml"
    policies.write_text(
        """[house]
        version = "2"
        en = { name = "House rules", url = "https://tea.example/rules" }
        """,
        "utf-8",
    )
    asking = replace(
        with_mail,
        open_registration=False,
        email_required_for_registration=True,
        policies=policies,
    )
    async with running(asking) as server, client_of(server.url) as http:
        assert await server.teahouse.accounts.registration.invite_operator()
        http.headers["x-invitation"] = str(
            await server.teahouse.accounts.registration.invite_operator()
        )
        yield http


async def test_where_all_is_asked_for_all_is_given_in_order(
    strict: httpx.AsyncClient, office: PostOffice
) -> None:
    nobody, invitation = Correspondent(strict), strict.headers["x-invitation"]
    body = {"username": "dora", "password": PASSWORD}
    asked = await nobody.post("/register", body)
    token, terms, mail = "m.login.registration_token", "m.login.terms", "m.login.email.identity"
    assert asked["flows"] == [{"stages": [token, terms, mail]}]
    rules = {"version": "2", "en": {"name": "House rules", "url": "https://tea.example/rules"}}
    assert asked["params"] == {terms: {"policies": {"house": rules}}}

    async def attempt(**auth: object) -> object:
        answer = await nobody.post(
            "/register", {**body, "auth": {"session": asked["session"], **auth}}
        )
        return answer.errcode, answer.body.get("completed")

    sid = await nobody.confirmed(office, REGISTER, "dora@mail.example")
    assert await attempt(type="m.login.dummy") == ("M_UNRECOGNIZED", [])
    assert await attempt(type=terms) == ("M_FORBIDDEN", [])
    assert await attempt(**by_email(sid)) == ("M_FORBIDDEN", [])
    assert await attempt(type=token, token="wrong") == ("M_FORBIDDEN", [])
    assert await attempt(type=token, token=invitation) == (None, [token])
    assert await attempt(type=token, token="done already") == (None, [token])
    assert await attempt(type=terms) == (None, [token, terms])
    made = await nobody.post(
        "/register", {**body, "auth": {"session": asked["session"], **by_email(sid)}}
    )
    dora = Person(strict, access_token=made.ok()["access_token"])
    assert await addresses(dora) == ["dora@mail.example"]
