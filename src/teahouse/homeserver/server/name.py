"""The server's name stands in every ID, so a database is bound to the first one it was given."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.homeserver.server.tables import server
from teahouse.kit.database import Database
from teahouse.protocol.identifiers import is_server_name


def claim_name(database: Database, name: str) -> None:
    """Stores the name at the first start. The data folder must be locked by the caller.

    Errors: ValueError for what is no server name; RuntimeError when the database has another.
    """
    if not is_server_name(name):
        raise ValueError(f"server_name can't be {name!r}")
    with database.engine.connect().execution_options(writes=True) as connection, connection.begin():
        stored = connection.execute(sa.select(server.c.name)).scalar()
        if stored is None:
            connection.execute(sa.insert(server).values(name=name))
        elif stored != name:
            raise RuntimeError(f"this server is called {stored}; it can't become {name}")


def stored_name(url: str) -> str | None:
    """The name that this database is bound to; None before its first start."""
    database = Database(url)
    try:
        with database.engine.connect() as connection:
            if not sa.inspect(connection).has_table(server.name):
                return None
            return connection.execute(sa.select(server.c.name)).scalar()
    finally:
        database.close()
