"""Stages that are passed in a browser, for whoever's client does not know them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from teahouse import config
from tests.people import PASSWORD, Person, client_of
from tests.post_office import HOME, PostOffice, post_office
from tests.server import running

TOKEN, TERMS, EMAIL = "m.login.registration_token", "m.login.terms", "m.login.email.identity"
BODY = {"username": "dora", "password": PASSWORD}


def path(stage: str) -> str:
    return f"/_matrix/client/v3/auth/{stage}/fallback/web"


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    async with post_office() as office:
        yield office


@pytest.fixture
async def invitation() -> list[str]:
    return []


@pytest.fixture
async def http(
    settings: config.Config, office: PostOffice, invitation: list[str]
) -> AsyncIterator[httpx.AsyncClient]:
    """A server that asks for all it can ask for."""
    policies = settings.data / "policies.toml"
    policies.write_text(
        """[house]
        version = "2"
        en = { name = "<House> rules", url = "https://tea.example/rules?a&b" }
        """,
        "utf-8",
    )
    asking = replace(
        settings,
        open_registration=False,
        email_required_for_registration=True,
        policies=policies,
        public_url=HOME,
        smtp_host="127.0.0.1",
        smtp_port=office.port,
        smtp_tls="none",
        mail_from="tea@tea.example",
    )
    async with running(asking) as server, client_of(server.url) as http:
        token = await server.teahouse.accounts.registration.invite_operator()
        assert token is not None
        invitation.append(token)
        yield http


async def submit(http: httpx.AsyncClient, stage: str, session: str, **form: str) -> httpx.Response:
    return await http.post(path(stage), data={"session": session, **form})


async def test_somebody_signs_up_with_a_browser_alone(
    http: httpx.AsyncClient, office: PostOffice, invitation: list[str]
) -> None:
    dora = Person(http)
    session = (await dora.post("/register", BODY))["session"]

    async def completed() -> Any:
        answer = await dora.post("/register", {**BODY, "auth": {"session": session}})
        return answer.body.get("completed", answer.status)

    # Not out of turn, and not with anything.
    assert "onAuthDone" not in (await submit(http, TERMS, session)).text
    wrong = await submit(http, TOKEN, session, token="wrong")
    assert "That did not work" in wrong.text
    assert await completed() == []

    done = await submit(http, TOKEN, session, token=invitation[0])
    assert "window.onAuthDone();" in done.text
    policy = done.headers["content-security-policy"]
    assert "script-src 'sha256-" in policy
    assert await completed() == [TOKEN]
    assert "onAuthDone" in (await http.get(path(TOKEN), params={"session": session})).text

    shown = await http.get(path(TERMS), params={"session": session})
    assert "script-src" not in shown.headers["content-security-policy"]
    assert 'href="https://tea.example/rules?a&amp;b"' in shown.text
    assert "&lt;House&gt; rules" in shown.text
    assert "onAuthDone" in (await submit(http, TERMS, session)).text

    for none in ("", "nobody", "Dora <dora@mail.example>"):
        assert "onAuthDone" not in (await submit(http, EMAIL, session, address=none)).text
    assert office.attempts == 0
    asked = await submit(http, EMAIL, session, address="dora@mail.example")
    letter = await office.has(1)
    assert "A letter is on its way" in asked.text
    assert "A letter is on its way" in (await submit(http, EMAIL, session)).text
    assert await completed() == [TOKEN, TERMS]
    await http.post("/_teahouse/client/v1/email/confirm", data=letter.form)
    assert "onAuthDone" in (await submit(http, EMAIL, session)).text
    assert await completed() == 200
    assert (await http.get(path(EMAIL), params={"session": session})).status_code == 404


async def test_a_page_is_for_a_session_and_a_stage_that_it_offers(
    http: httpx.AsyncClient,
) -> None:
    session = (await Person(http).post("/register", BODY))["session"]
    for stage, named in (
        (TOKEN, "x"),
        ("m.login.dummy", session),
        ("m.login.sso", session),
        ("%00", session),
    ):
        opened = await http.get(path(stage), params={"session": named})
        assert opened.status_code in (400, 404)
        assert (await submit(http, stage, named)).status_code in (400, 404)
    assert (await http.get(path(TOKEN))).status_code == 400
    assert (await http.post(path(TOKEN), content=b"x" * 5000)).status_code == 413
    crowded = await http.post(path(TOKEN), content=f"session={session}" + "&a=b" * 20)
    assert crowded.status_code == 404
    page = await http.get(path(TOKEN), params={"session": session})
    assert re.search(r'<input name="token"', page.text)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
