"""A server with one bridge."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from teahouse.config import Config
from tests.appservices.bridging import Bridge, registration, write
from tests.endpoint import Endpoint, endpoint


@pytest.fixture
def changes() -> dict[str, Any]:
    """What a test's bridge says otherwise in its registration."""
    return {}


@pytest.fixture
async def service() -> AsyncIterator[Endpoint]:
    async with endpoint() as made:
        yield made


@pytest.fixture
def settings(
    settings: Config, tmp_path: Path, service: Endpoint, changes: dict[str, Any]
) -> Config:
    path = write(tmp_path / "bridge.yaml", registration(service.url) | changes)
    return replace(settings, appservices=str(path))


@pytest.fixture
def bridge(http: httpx.AsyncClient, service: Endpoint) -> Bridge:
    return Bridge(http, service)
