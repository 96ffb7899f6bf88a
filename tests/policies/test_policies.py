"""Documents that somebody accepts when they sign up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from teahouse import config
from teahouse.homeserver.policies.documents import params_of, read_documents
from teahouse.homeserver.policies.tables import accepted_policy
from tests.people import PASSWORD, Person
from tests.server import Server, running

FILE = """
[terms_of_service]
version = "1.2"
en = { name = "Terms of service", url = "https://tea.example/terms" }
zh-CN = { name = "服务条款", url = "https://tea.example/terms-zh" }

[privacy]
version = "2026-01"
en = { name = "Privacy", url = "http://tea.example/privacy" }
"""
SHOWN = {
    "policies": {
        "terms_of_service": {
            "version": "1.2",
            "en": {"name": "Terms of service", "url": "https://tea.example/terms"},
            "zh-CN": {"name": "服务条款", "url": "https://tea.example/terms-zh"},
        },
        "privacy": {
            "version": "2026-01",
            "en": {"name": "Privacy", "url": "http://tea.example/privacy"},
        },
    }
}
TERMS = "m.login.terms"


@pytest.fixture
async def server(settings: config.Config, tmp_path: Path) -> AsyncIterator[Server]:
    file = tmp_path / "policies.toml"
    file.write_text(FILE, "utf-8")
    async with running(replace(settings, policies=file)) as server:
        yield server


async def accepted(server: Server) -> list[tuple[str, str, str]]:
    c = accepted_policy.c
    select = sa.select(c.user_id, c.policy, c.version).order_by(c.user_id, c.policy)
    rows = await server.teahouse.database.read(lambda tx: tx.all(select))
    return [(row.user_id, row.policy, row.version) for row in rows]


async def test_no_account_is_made_before_the_documents_are_accepted(
    http: httpx.AsyncClient, server: Server
) -> None:
    dora, body = Person(http), {"username": "dora", "password": PASSWORD}
    asked = await dora.post("/register", body)
    assert asked["flows"] == [{"stages": [TERMS]}]
    assert asked["params"] == {TERMS: SHOWN}
    session = asked["session"]
    for wrong in ({"session": session}, {"type": "m.login.dummy", "session": session}):
        assert (await dora.post("/register", {**body, "auth": wrong})).status == 401
    assert await accepted(server) == []
    (await dora.get("/register/available", username="dora")).ok()

    made = {**body, "auth": {"type": TERMS, "session": session}}
    dora.access_token = (await dora.post("/register", made)).ok()["access_token"]
    kept = [
        ("@dora:localhost", "privacy", "2026-01"),
        ("@dora:localhost", "terms_of_service", "1.2"),
    ]
    assert await accepted(server) == kept

    # It stays, whatever becomes of the account.
    auth = {"type": "m.login.password", "password": PASSWORD}
    (await dora.post("/account/deactivate", {"auth": auth})).ok()
    assert await accepted(server) == kept


async def test_an_account_that_was_not_made_has_accepted_nothing(
    http: httpx.AsyncClient, server: Server
) -> None:
    body = {"username": "dora", "password": PASSWORD, "auth": {"type": TERMS}}
    (await Person(http).post("/register", body)).ok()
    refused = await Person(http).post("/register", body)
    refused.refused(400, "M_USER_IN_USE")
    assert len(await accepted(server)) == 2


async def test_documents_are_asked_for_at_sign_up_only(http: httpx.AsyncClient) -> None:
    body = {"username": "dora", "password": PASSWORD, "auth": {"type": TERMS}}
    made = (await Person(http).post("/register", body)).ok()
    dora = Person(http, access_token=made["access_token"])
    change = {"new_password": "new", "auth": {"type": TERMS}}
    (await dora.post("/account/password", change)).refused(401, "M_UNRECOGNIZED")


def test_the_file_says_which_documents_there_are(tmp_path: Path) -> None:
    file = tmp_path / "policies.toml"
    file.write_text(FILE, "utf-8")
    assert params_of(read_documents(file)) == SHOWN


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[", "can't be read"),
        ("terms = 1", "terms must be a table"),
        ('["a b"]\nversion = "1"', "a b must be"),
        ('[a]\nen = { name = "x", url = "https://y" }', "a needs a version"),
        ('[a]\nversion = 1\nen = { name = "x", url = "https://y" }', "a needs a version"),
        ('[a]\nversion = "1"', "a needs a language"),
        ('[a]\nversion = "1"\n"e n" = { name = "x", url = "https://y" }', "not a language"),
        ('[a]\nversion = "1"\nen = "https://y"', "needs a name and a url"),
        ('[a]\nversion = "1"\nen = { name = "x" }', "needs a name and a url"),
        ('[a]\nversion = "1"\nen = { name = 1, url = "https://y" }', "must be texts"),
        ('[a]\nversion = "1"\nen = { name = "x", url = "ftp://y" }', "must begin with"),
    ],
)
def test_a_file_that_says_something_else_is_refused(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "policies.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(RuntimeError, match=named):
        read_documents(file)


def test_without_documents_nothing_is_asked(tmp_path: Path) -> None:
    from teahouse.homeserver.policies.service import Policies

    empty: Any = tmp_path / "policies.toml"
    empty.write_text("", "utf-8")
    assert Policies(None).sign_up is None
    assert Policies(empty).sign_up is None
