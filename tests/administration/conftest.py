from __future__ import annotations

import httpx
import pytest

from tests.administration.operators import an_operator
from tests.people import Person
from tests.server import Server


@pytest.fixture
async def olga(server: Server, http: httpx.AsyncClient) -> Person:
    """Who runs the server."""
    return await an_operator(server, http)
