from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from teahouse import config
from tests.admin.command import CommandLine


@contextmanager
def new_postgres_database(server: str) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        base, _, query = server.partition("?")
        try:
            yield f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def operator(settings: config.Config) -> CommandLine:
    return CommandLine(settings.data, settings.database)


@pytest.fixture
def elsewhere(
    tmp_path: Path, database_url: str, request: pytest.FixtureRequest
) -> Iterator[CommandLine]:
    """An empty place on the same kind of database."""
    if not database_url:
        yield CommandLine(tmp_path / "elsewhere", "")
        return
    server: str = request.getfixturevalue("postgres")
    with new_postgres_database(server) as url:
        yield CommandLine(tmp_path / "elsewhere", url)
