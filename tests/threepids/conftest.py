"""A server that sends its mail to a post office of the test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from teahouse import config
from teahouse.kit.clock import ManualClock
from tests.post_office import HOME, PostOffice, post_office
from tests.server import Server, running
from tests.threepids.correspondent import Correspondent


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    async with post_office() as office:
        yield office


@pytest.fixture
def with_mail(settings: config.Config, office: PostOffice) -> config.Config:
    return replace(
        settings,
        public_url=f"{HOME}/",
        smtp_host="127.0.0.1",
        smtp_port=office.port,
        smtp_tls="none",
        mail_from="茶馆 <tea@tea.example>",
    )


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def server(with_mail: config.Config, clock: ManualClock) -> AsyncIterator[Server]:
    async with running(with_mail, clock) as server:
        yield server


@pytest.fixture
def nobody(http: httpx.AsyncClient) -> Correspondent:
    return Correspondent(http)
