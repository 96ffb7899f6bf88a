"""What a client asks before it knows anything."""

from __future__ import annotations

import httpx

from teahouse.protocol.room_versions import ROOM_VERSIONS
from tests.people import Person
from tests.server import Server


async def test_versions_are_told_to_anyone(http: httpx.AsyncClient) -> None:
    versions = (await Person(http).get("/_matrix/client/versions")).ok()
    assert "v1.19" in versions["versions"]
    assert versions.headers["access-control-allow-origin"] == "*"


async def test_the_server_is_found_where_it_was_asked(
    http: httpx.AsyncClient, server: Server
) -> None:
    found = (await Person(http).get("/.well-known/matrix/client")).ok()
    assert found.body == {"m.homeserver": {"base_url": server.url}}
    assert found.headers["access-control-allow-origin"] == "*"


async def test_capabilities_are_true_and_for_users(alice: Person) -> None:
    capabilities = (await alice.get("/capabilities")).ok()["capabilities"]
    assert capabilities["m.change_password"] == {"enabled": True}
    assert capabilities["m.room_versions"]["default"] == "12"
    assert set(capabilities["m.room_versions"]["available"]) == set(ROOM_VERSIONS)
    assert capabilities["m.3pid_changes"] == {"enabled": False}
    (await Person(alice.http).get("/capabilities")).refused(401, "M_MISSING_TOKEN")


async def test_health_is_that_of_the_database(http: httpx.AsyncClient, server: Server) -> None:
    assert (await Person(http).get("/health")).ok().body == {"status": "ok"}


async def test_metrics_are_for_this_machine_only(http: httpx.AsyncClient) -> None:
    text = (await http.get("/metrics")).text
    assert 'teahouse_requests_total{operation="metrics"}' in text
    for header in ("X-Forwarded-For", "Forwarded"):
        answer = await http.get("/metrics", headers={header: "for=192.0.2.1"})
        assert answer.status_code == 403
        assert "teahouse" not in answer.text
