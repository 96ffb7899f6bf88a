"""One schema on SQLite and on PostgreSQL: the engine, its durability, and snapshots to read from.

Writes go through the log (`teahouse.kit.log`), which owns the only writing connection.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from teahouse.kit.prepared import Prepared
from teahouse.kit.readers import Readers

T = TypeVar("T")

metadata = sa.MetaData()
"""Every package's tables.py adds its tables here."""

Query = sa.Executable | Prepared
"""What is asked often is prepared."""

READERS = 4


class Stopped(Exception):
    """Nobody waits any more for what is being read."""


class ReadTx:
    """A snapshot: all reads of one transaction see the same moment."""

    def __init__(self, connection: Connection, stop: threading.Event | None = None) -> None:
        self._connection = connection
        self._stop = stop
        self._remembered: dict[Hashable, Any] = {}

    def all(self, statement: Query, **values: Any) -> Sequence[sa.Row[Any]]:
        if isinstance(statement, Prepared):
            self._begin_to_run()
            return statement.rows(self._connection, values)
        return self._execute(statement, values).all()

    def first(self, statement: Query, **values: Any) -> sa.Row[Any] | None:
        if isinstance(statement, Prepared):
            found = self.all(statement, **values)
            return found[0] if found else None
        return self._execute(statement, values).first()

    def scalar(self, statement: Query, **values: Any) -> Any:
        found = self.first(statement, **values)
        return None if found is None else found[0]

    def scalars(self, statement: Query, **values: Any) -> Sequence[Any]:
        return [row[0] for row in self.all(statement, **values)]

    def pages(self, statement: sa.Select[Any], rows: int) -> Iterator[Sequence[sa.Row[Any]]]:
        """So many rows at a time: the result may be larger than the memory."""
        result = self._execute(statement.execution_options(yield_per=rows), {})
        for page in result.partitions():
            self._check_wanted()
            yield page

    def remembered(self, key: Hashable, load: Callable[[], T]) -> T:
        """What `load` read the first time: a snapshot does not change."""
        if key not in self._remembered:
            self._remembered[key] = load()
        found: T = self._remembered[key]
        return found

    @property
    def dialect_name(self) -> str:
        return self._connection.dialect.name

    def _execute(self, statement: sa.Executable, values: dict[str, Any]) -> sa.CursorResult[Any]:
        self._begin_to_run()
        return self._connection.execute(statement, values)

    def _begin_to_run(self) -> None:
        self._check_wanted()

    def _check_wanted(self) -> None:
        if self._stop is not None and self._stop.is_set():
            raise Stopped


class Database:
    """The engine and a few threads that read from it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        self._readers = Readers(READERS)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def snapshot(self, stop: threading.Event | None = None) -> Iterator[ReadTx]:
        """Reading raises Stopped once `stop` is set."""
        with self.engine.connect() as connection:
            if not self.is_sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield ReadTx(connection, stop)

    async def read(self, function: Callable[..., T], *args: Any) -> T:
        """Runs `function(tx, *args)` on a snapshot, off the event loop, when it is its turn.

        Errors: M_LIMIT_EXCEEDED when too much waits to be read.
        """
        return await self._readers.run(self._read_now, function, args)

    async def read_long(self, function: Callable[..., T], *args: Any) -> T:
        """As `read`, for what takes long: in no reader's place, and ended when it is cancelled."""
        stop = threading.Event()

        def run() -> T:
            with self.snapshot(stop) as tx:
                return function(tx, *args)

        reading = asyncio.get_running_loop().run_in_executor(None, run)
        try:
            return await asyncio.shield(reading)
        except asyncio.CancelledError:
            stop.set()
            await asyncio.gather(reading, return_exceptions=True)
            raise

    def _read_now(self, function: Callable[..., T], args: tuple[Any, ...]) -> T:
        with self.snapshot() as tx:
            return function(tx, *args)

    def close(self) -> None:
        self._readers.close()
        self.engine.dispose()


def database_url(url: str, folder: Path) -> str:
    """`url`, or SQLite in the folder when it is empty."""
    return url or sqlite_url(folder)


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'teahouse.db'}"


def _engine(url: str) -> Engine:
    if url.startswith("sqlite"):
        return _sqlite_engine(url)
    if url.startswith(("postgresql://", "postgres://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    return _postgres_engine(url)


def _sqlite_engine(url: str) -> Engine:
    engine = sa.create_engine(
        url,
        poolclass=sa.pool.QueuePool,
        pool_size=READERS + 2,
        max_overflow=4,
        connect_args={"check_same_thread": False, "isolation_level": None},
        hide_parameters=True,
    )

    @sa.event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        # FULL: a commit is on disk before it returns, in WAL mode too.
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "busy_timeout=10000",
            "cache_size=-2000",
            "temp_store=MEMORY",
            "wal_autocheckpoint=4000",
            "journal_size_limit=67108864",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        # By the driver's own cursor: a tenth of what SQLAlchemy takes for a statement.
        cursor = connection.connection.cursor()
        cursor.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
        cursor.close()

    return engine


def _postgres_engine(url: str) -> Engine:
    return sa.create_engine(
        url, pool_size=READERS + 2, max_overflow=4, pool_pre_ping=True, hide_parameters=True
    )


def check_durability(database: Database) -> None:
    """Reads back that a commit is on disk when it returns; raises RuntimeError when not.

    Source: docs/decisions/0003-durable-before-acknowledged.md
    """
    with database.engine.connect() as connection:
        if database.is_sqlite:
            found = {
                "journal_mode": connection.exec_driver_sql("PRAGMA journal_mode").scalar(),
                "synchronous": connection.exec_driver_sql("PRAGMA synchronous").scalar(),
            }
            wanted: dict[str, Any] = {"journal_mode": "wal", "synchronous": 2}
        else:
            found = {
                name: connection.exec_driver_sql(f"SHOW {name}").scalar()
                for name in ("fsync", "synchronous_commit")
            }
            wanted = {"fsync": "on", "synchronous_commit": "on"}
    if found != wanted:
        raise RuntimeError(f"the database is not durable: {found}, wanted {wanted}")
