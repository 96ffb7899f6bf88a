from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from teahouse import config
from tests.previews.web import Web, web


@pytest.fixture
def settings(settings: config.Config) -> config.Config:
    return replace(settings, url_previews=True, allow_private_urls=True)


@pytest.fixture
async def pages() -> AsyncIterator[Web]:
    async with web() as pages:
        yield pages
