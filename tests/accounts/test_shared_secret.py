"""Registration by the operator's secret."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from typing import Any

import httpx
import pytest

from teahouse import config
from tests.people import PASSWORD, Person, client_of, sign_in
from tests.server import running

PATH = "/_synapse/admin/v1/register"
SECRET = "the sum of all leaves"


@pytest.fixture
def settings(settings: config.Config) -> config.Config:
    return replace(settings, registration_shared_secret=SECRET, open_registration=False)


@pytest.fixture
def nobody(http: httpx.AsyncClient) -> Person:
    return Person(http)


def mac_of(body: dict[str, Any], secret: str = SECRET) -> str:
    parts = [body["nonce"], body["username"], body["password"]]
    parts.append("admin" if body.get("admin") else "notadmin")
    if "user_type" in body:
        parts.append(body["user_type"])
    return hmac.new(secret.encode(), "\0".join(parts).encode(), hashlib.sha1).hexdigest()


async def signed(nobody: Person, username: str = "dora", **more: Any) -> dict[str, Any]:
    nonce = (await nobody.get(PATH)).ok()["nonce"]
    body = {"nonce": nonce, "username": username, "password": PASSWORD, **more}
    return {**body, "mac": mac_of(body)}


async def test_who_knows_the_secret_makes_accounts_though_registration_is_closed(
    nobody: Person,
) -> None:
    made = (await nobody.post(PATH, await signed(nobody, device_id="KITCHEN"))).ok()
    assert (made["user_id"], made["device_id"]) == ("@dora:localhost", "KITCHEN")
    assert made["home_server"] == "localhost"
    dora = await sign_in(nobody.http, "dora")
    assert (await dora.get("/profile/@dora:localhost")).ok().body == {"displayname": "dora"}
    named = await signed(nobody, "emil", displayname="Emil 茶", inhibit_login=True)
    assert (await nobody.post(PATH, named)).ok().body == {"user_id": "@emil:localhost"}
    assert (await nobody.get("/profile/@emil:localhost"))["displayname"] == "Emil 茶"
    (await nobody.post(PATH, await signed(nobody))).refused(400, "M_USER_IN_USE")
    (await nobody.post(PATH, await signed(nobody, "bot", user_type="bot"))).ok()


async def test_a_mac_that_does_not_fit_makes_nothing(nobody: Person) -> None:
    body = await signed(nobody)
    (await nobody.post(PATH, {**body, "admin": True})).refused(403, "M_FORBIDDEN")
    # The nonce was used up by the attempt.
    (await nobody.post(PATH, body)).refused(400, "M_INVALID_PARAM")
    body = await signed(nobody)
    body["mac"] = mac_of(body, "another secret")
    (await nobody.post(PATH, body)).refused(403, "M_FORBIDDEN")
    body = await signed(nobody)
    (await nobody.post(PATH, {**body, "mac": "茶"})).refused(403, "M_FORBIDDEN")
    (await nobody.post(PATH, {**body, "nonce": "茶"})).refused(400, "M_INVALID_PARAM")
    for missing in ("nonce", "username", "password", "mac"):
        partial = {key: value for key, value in body.items() if key != missing}
        (await nobody.post(PATH, partial)).refused(400, "M_BAD_JSON")
    (await nobody.post(PATH, {**body, "user_type": "king"})).refused(400, "M_BAD_JSON")
    (await nobody.post(PATH, await signed(nobody, "a b"))).refused(400, "M_INVALID_USERNAME")
    (await nobody.post(PATH, await signed(nobody, "a\0b"))).refused(400, "M_INVALID_PARAM")


async def test_an_administrator_is_made_when_the_mac_says_so(nobody: Person) -> None:
    made = (await nobody.post(PATH, await signed(nobody, admin=True))).ok()
    emil = (await nobody.post(PATH, await signed(nobody, "emil"))).ok()
    whois = f"/admin/whois/{made['user_id']}"
    (await nobody.call("GET", whois, token=emil["access_token"])).refused(403, "M_FORBIDDEN")
    (await nobody.call("GET", f"/admin/whois/{emil['user_id']}", token=made["access_token"])).ok()


async def test_without_a_secret_there_is_no_such_way(settings: config.Config) -> None:
    unset = replace(settings, registration_shared_secret="")
    async with running(unset) as server, client_of(server.url) as http:
        nobody = Person(http)
        (await nobody.get(PATH)).refused(400, "M_UNRECOGNIZED")
        body = {"nonce": "x", "username": "dora", "password": PASSWORD}
        forged = {**body, "mac": mac_of(body, "")}
        (await nobody.post(PATH, forged)).refused(400, "M_UNRECOGNIZED")
