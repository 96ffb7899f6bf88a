"""Real databases and a real server for every test that asks for them."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from teahouse import config
from tests.people import Person, client_of, sign_up
from tests.postgres import postgres_server
from tests.server import Server, running


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """URL of a PostgreSQL server: the one that is given, else one from a wheel."""
    with postgres_server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database; "" is SQLite in the test's data folder. Each test runs on both."""
    if request.param == "sqlite":
        yield ""
        return
    server: str = request.getfixturevalue("postgres")
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        base, _, query = server.partition("?")
        yield f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> config.Config:
    return config.defaults(
        data=tmp_path / "data",
        database=database_url,
        port=0,
        open_registration=True,
        no_rate_limits=True,
    )


@pytest.fixture
async def server(settings: config.Config) -> AsyncIterator[Server]:
    async with running(settings) as server:
        yield server


@pytest.fixture
async def http(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(server.url) as client:
        yield client


@pytest.fixture
async def alice(http: httpx.AsyncClient) -> Person:
    return await sign_up(http, "alice")


@pytest.fixture
async def bob(http: httpx.AsyncClient) -> Person:
    return await sign_up(http, "bob")


@pytest.fixture
async def carol(http: httpx.AsyncClient) -> Person:
    return await sign_up(http, "carol")
