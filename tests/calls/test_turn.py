"""Where clients find a relay for calls."""

from __future__ import annotations

import base64
import hashlib
import hmac

from teahouse.homeserver.calls.turn import TTL_SECONDS, credentials
from tests.people import Person

URIS = ["turn:turn.example.org?transport=udp"]


def test_a_relay_can_check_the_credentials_with_the_shared_secret() -> None:
    found = credentials(URIS, "secret", "@alice:example.org", 1_700_000_000_000)
    assert found.username == f"{1_700_000_000 + TTL_SECONDS}:@alice:example.org"
    expected = hmac.digest(b"secret", found.username.encode(), hashlib.sha1)
    assert base64.b64decode(found.password) == expected
    assert found.uris == URIS


async def test_without_a_relay_there_are_no_uris(alice: Person) -> None:
    assert (await alice.get("/voip/turnServer")).ok()["uris"] == []


async def test_a_stranger_gets_no_credentials(alice: Person) -> None:
    (await Person(alice.http).get("/voip/turnServer")).refused(401, "M_MISSING_TOKEN")
