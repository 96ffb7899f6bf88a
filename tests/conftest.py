"""Real databases and a real server for every test that asks for them."""

from __future__ import annotations

import gc
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from hypothesis import settings as hypothesis_settings

from teahouse import config
from teahouse.homeserver.accounts import passwords
from teahouse.kit.clock import Clock, SystemClock
from teahouse.kit.database import sqlite_url
from tests.object_storage import KEYS, new_bucket, object_storage
from tests.people import Person, client_of, sign_up
from tests.postgres import postgres_server
from tests.schema import empty, migrate
from tests.server import Server, running
from tests.warm import keep_warm

# How long an example takes says more of the machine than of the code.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Hashing one takes 30 ms on purpose, and ten thousand people sign up here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "COST", passwords.Cost(memory_kib=8, passes=1))
        yield


def pytest_collection_finish() -> None:
    """What is loaded by now stays: it need not be looked through for garbage each time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def warm() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        keep_warm(patch)
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """URL of a PostgreSQL server: the one that is given, else one from a wheel."""
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_database(postgres: str) -> Iterator[str]:
    """One database with the newest schema; migrating an own one for each test takes longer."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        base, _, query = postgres.partition("?")
        url = f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
        migrate(url)
        yield url
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the newest schema, to be copied."""
    folder = tmp_path_factory.mktemp("schema")
    migrate(sqlite_url(folder))
    return folder / "teahouse.db"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database without rows; "" is SQLite in the test's data folder. Each test runs on both."""
    if request.param == "sqlite":
        yield ""
        return
    url: str = request.getfixturevalue("postgres_database")
    yield url
    empty(url)


@pytest.fixture(scope="session")
def storage() -> Iterator[str]:
    """Endpoint of an S3 storage."""
    with object_storage() as endpoint:
        yield endpoint


@pytest.fixture
def bucket(storage: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The setting `objects` for an empty bucket; its keys stand in the environment."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    return new_bucket(storage)


@pytest.fixture
def settings(tmp_path: Path, database_url: str, sqlite_file: Path) -> config.Config:
    data = tmp_path / "data"
    data.mkdir()
    if not database_url:
        shutil.copy(sqlite_file, data)
    return config.defaults(
        data=data,
        database=database_url,
        port=0,
        open_registration=True,
        no_rate_limits=True,
    )


@pytest.fixture
def clock() -> Clock:
    """The server's. A test that moves time has one of its own."""
    return SystemClock()


@pytest.fixture
async def server(settings: config.Config, clock: Clock) -> AsyncIterator[Server]:
    async with running(settings, clock) as server:
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
