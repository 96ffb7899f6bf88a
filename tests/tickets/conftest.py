"""A server on a clock of the test."""

from __future__ import annotations

import pytest

from teahouse.kit.clock import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()
