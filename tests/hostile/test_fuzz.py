"""Requests that the specification's schemas allow, for every operation, made at random.

A minute of them in `make test`, the same each time as far as it gets; an hour in `make soak`.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import psutil
import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, SearchStrategy
from schemathesis.core.result import Ok

from tests.contract import Operation, check_answer, operation_of, operations
from tests.hostile.openapi import document
from tests.operations.scene import PART, SECRET, Scene
from tests.people import client_of, segment
from tests.process import ServerProcess

EXAMPLES = 5
"""Of each operation, in one round."""
SECONDS, SOAK_SECONDS = 60, 3600
GROWTH_BYTES = 96 << 20
NEVER_WAIT = {"timeout": 0, "timeout_ms": 0}
ELSEWHERE = (502, 504)
"""Of what another machine did not do in time."""


class Fuzzing:
    def __init__(self, server: ServerProcess) -> None:
        self.server = server
        self.scene = asyncio.run(_scene(server.url))
        self.http = httpx.Client(base_url=server.url, timeout=30, trust_env=False)
        self.cases = _cases()

    def run_for(self, seconds: float, *, first_round: int) -> None:
        """At least one round."""
        until = time.monotonic() + seconds
        for number in itertools.count(first_round):
            for operation in operations():
                self.run(operation, number)
                if number > first_round and time.monotonic() > until:
                    return

    def run(self, operation: Operation, round_number: int) -> None:
        @seed(round_number)
        @settings(
            max_examples=EXAMPLES,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(self.cases[operation.name], st.data())
        def fuzz(case: Any, data: DataObject) -> None:
            self.send(operation, case, data)

        fuzz()

    def send(self, operation: Operation, case: Any, data: DataObject) -> None:
        """Half of the names in the path are those of what is there."""
        parts = {
            name: self.scene.values.get(name, "x") if data.draw(st.booleans()) else str(value)
            for name, value in (case.path_parameters or {}).items()
        }
        path = PART.sub(lambda found: segment(parts[found[1]]), operation.path.strip())
        query = urlencode({**_texts(case.query), **NEVER_WAIT})
        owner = self.scene.people["owner"]
        body = {} if isinstance(case.body, type(None)) else _json(case.body)
        answer = self.http.request(
            operation.method,
            f"{path}?{query}",
            headers={"Authorization": f"Bearer {owner.access_token}"},
            **body,
        )
        self.check(operation, answer)
        if answer.status_code == 401 or operation.name.startswith("logout"):
            asyncio.run(_sign_in_again(self.server.url, self.scene))

    def check(self, operation: Operation, answer: httpx.Response) -> None:
        status = answer.status_code
        assert status < 500 or status in ELSEWHERE, (operation.name, answer.text)
        raw_path = answer.request.url.raw_path.decode()
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        if is_json and operation_of(operation.method, raw_path) == operation:
            check_answer(operation.method, raw_path, status, answer.json())

    def resident_bytes(self) -> int:
        return int(psutil.Process(self.server.process.pid).memory_info().rss)


def _cases() -> dict[str, SearchStrategy[Any]]:
    """What makes requests of each operation."""
    found = schemathesis.openapi.from_dict(document()).get_all_operations()
    made = [result.ok() for result in found if isinstance(result, Ok)]
    return {one.definition.raw["operationId"]: one.as_strategy() for one in made}


def _texts(query: Any) -> dict[str, str]:
    return {name: str(value) for name, value in (query or {}).items()}


def _json(body: Any) -> dict[str, Any]:
    if isinstance(body, bytes):
        return {"content": body}
    is_json = body is None or isinstance(body, dict | list | str | int | float | bool)
    return {"json": body} if is_json else {}


async def _scene(url: str) -> Scene:
    async with client_of(url) as http:
        return await Scene(http).begin()


async def _sign_in_again(url: str, scene: Scene) -> None:
    async with client_of(url) as http:
        scene.http = http
        await scene.sign_in_again()


@pytest.fixture
def fuzzing(tmp_path: Path) -> Iterator[Fuzzing]:
    server = ServerProcess(tmp_path, "--registration-shared-secret", SECRET)
    try:
        yield Fuzzing(server.wait_until_ready())
        assert not [line for line in server.lines if "request failed" in line]
    finally:
        server.stop()


@pytest.mark.timeout(300)
def test_no_request_that_the_schemas_allow_breaks_the_server(fuzzing: Fuzzing) -> None:
    before = fuzzing.resident_bytes()
    fuzzing.run_for(SECONDS, first_round=0)
    assert fuzzing.resident_bytes() - before < GROWTH_BYTES


@pytest.mark.soak
@pytest.mark.skipif(not os.environ.get("TEAHOUSE_SOAK"), reason="takes an hour")
@pytest.mark.timeout(0)
def test_an_hour_of_requests_breaks_nothing_and_leaves_memory_as_it_was(fuzzing: Fuzzing) -> None:
    fuzzing.run_for(0, first_round=0)
    before, first_round = fuzzing.resident_bytes(), random.randrange(1 << 32)
    print(f"rounds from {first_round}")
    fuzzing.run_for(SOAK_SECONDS, first_round=first_round)
    assert fuzzing.resident_bytes() - before < GROWTH_BYTES
