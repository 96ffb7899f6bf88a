"""Traces: what is told to a collector, and what is not."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from teahouse import config
from tests.people import PASSWORD, client_of, sign_up
from tests.server import running


class Collector:
    """A small receiver of OTLP over HTTP."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.path == "/v1/traces":
                    collector.bodies.append(body)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def spans(self) -> list[tuple[str, dict[str, Any]]]:
        found = []
        for body in self.bodies:
            request = ExportTraceServiceRequest.FromString(body)
            for resource in request.resource_spans:
                for scope in resource.scope_spans:
                    found += [(span.name, _attributes(span)) for span in scope.spans]
        return found


def _attributes(span: Any) -> dict[str, Any]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in span.attributes}


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    made = Collector()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", made.url)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_requests_and_commits_are_told_without_what_is_in_them(
    settings: config.Config, collector: Collector
) -> None:
    async with running(settings) as server, client_of(server.url) as http:
        alice = await sign_up(http, "alice")
        room_id = await alice.create_room()
        await alice.say(room_id, "between us")
        (await alice.get("/rooms/!elsewhere:localhost/state")).refused(403, "M_FORBIDDEN")
        (await alice.call("GET", "/_matrix/client/r0/account/whoami")).ok()
    spans = collector.spans()
    v3 = "/_matrix/client/v3"
    by_name = dict(spans)
    sent = by_name[f"PUT {v3}/rooms/{{room_id}}/send/{{event_type}}/{{txn_id}}"]
    assert sent["teahouse.operation"] == "sendMessage"
    assert sent["http.response.status_code"] == 200
    refused = by_name[f"GET {v3}/rooms/{{room_id}}/state"]
    assert refused["http.response.status_code"] == 403
    assert refused["teahouse.errcode"] == "M_FORBIDDEN"
    assert f"GET {v3}/account/whoami" in by_name
    assert by_name["log commit"]["teahouse.changes"] >= 1
    told = b"".join(collector.bodies)
    for secret in (room_id, alice.user_id, "between us", alice.access_token, PASSWORD, "elsewhere"):
        assert secret.encode() not in told


def test_without_a_collector_nothing_is_loaded() -> None:
    program = (
        "import sys, teahouse.serve\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
