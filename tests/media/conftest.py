"""Media are tested with files on a disk beside SQLite, and with an S3 storage beside PostgreSQL."""

from __future__ import annotations

from dataclasses import replace

import pytest

from teahouse import config


@pytest.fixture
def settings(settings: config.Config, request: pytest.FixtureRequest) -> config.Config:
    if not settings.database:
        return settings
    return replace(settings, objects=request.getfixturevalue("bucket"))
