"""Olga, who runs the server."""

from __future__ import annotations

import httpx

from teahouse.homeserver.accounts.registration import NewAccount
from tests.people import PASSWORD, Person, sign_in
from tests.server import Server

V1 = "/_teahouse/admin/v1"


async def an_operator(server: Server, http: httpx.AsyncClient) -> Person:
    accounts = server.teahouse.accounts
    user_id = accounts.user_id_of("olga")
    await accounts.registration.create(NewAccount(user_id, PASSWORD, wish=None, is_admin=True))
    return await sign_in(http, "olga")
