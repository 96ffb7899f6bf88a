"""Signing in and out."""

from __future__ import annotations

import httpx

from tests.people import Person, sign_in


async def test_a_new_account_is_signed_in(alice: Person) -> None:
    who = await alice.get("/account/whoami")
    assert who.ok().body == {
        "user_id": "@alice:localhost",
        "device_id": alice.device_id,
        "is_guest": False,
    }


async def test_a_second_device_signs_in_with_the_password(
    alice: Person, http: httpx.AsyncClient
) -> None:
    second = await sign_in(http, "@alice:localhost")
    assert second.user_id == alice.user_id
    assert second.device_id != alice.device_id
    (await alice.get("/account/whoami")).ok()
    (await second.get("/account/whoami")).ok()


async def test_a_token_opens_nothing_after_logout(alice: Person) -> None:
    (await alice.post("/logout")).ok()
    answer = (await alice.get("/account/whoami")).refused(401, "M_UNKNOWN_TOKEN")
    assert answer["soft_logout"] is False
