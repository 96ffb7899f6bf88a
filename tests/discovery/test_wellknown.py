"""What the domain says of itself: nothing that its operator has not set."""

from __future__ import annotations

from dataclasses import replace

import httpx

from teahouse import config
from tests.people import Person, client_of
from tests.server import running

SUPPORT = "/.well-known/matrix/support"
POLICY_SERVER = "/.well-known/matrix/policy_server"


async def test_what_is_not_set_is_not_there(http: httpx.AsyncClient) -> None:
    nobody = Person(http)
    (await nobody.get(SUPPORT)).refused(404, "M_NOT_FOUND")
    (await nobody.get(POLICY_SERVER)).refused(404, "M_NOT_FOUND")


async def test_what_is_set_is_told_to_anybody(settings: config.Config) -> None:
    said = replace(
        settings,
        support_email="help@example.org",
        support_page="https://example.org/help",
        policy_server_key="6yhHGKhCiXTSEN2ksjV7kX_N6rBQZ3Xb-M7LlC6NS-s",
    )
    async with running(said) as server, client_of(server.url) as http:
        nobody = Person(http)
        contact = {"role": "m.role.admin", "email_address": "help@example.org"}
        assert (await nobody.get(SUPPORT)).ok().body == {
            "contacts": [contact],
            "support_page": "https://example.org/help",
        }
        keys = (await nobody.get(POLICY_SERVER)).ok()["public_keys"]
        assert keys == {"ed25519": said.policy_server_key}
