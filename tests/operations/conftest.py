"""A scene on a server where everything that a setting turns on is on."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from teahouse import config
from tests.operations.scene import SECRET, Scene


@pytest.fixture
def settings(settings: config.Config) -> config.Config:
    return replace(settings, registration_shared_secret=SECRET)


@pytest.fixture
async def scene(http: httpx.AsyncClient) -> Scene:
    return await Scene(http).begin()
