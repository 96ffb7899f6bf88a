"""A server on a clock of the test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from teahouse import config
from teahouse.kit.clock import ManualClock
from tests.server import Server, running


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def server(settings: config.Config, clock: ManualClock) -> AsyncIterator[Server]:
    async with running(settings, clock) as server:
        yield server
