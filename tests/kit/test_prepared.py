"""A prepared select answers as SQLAlchemy would."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from teahouse.kit.database import Database, ReadTx
from teahouse.kit.prepared import DriverCursor, Prepared

thing = sa.table(
    "thing",
    sa.column("number", sa.BigInteger),
    sa.column("name", sa.Text),
    sa.column("is_dear", sa.Boolean),
    sa.column("body", sa.LargeBinary),
)
ROWS = [
    (1, "茶", True, b"leaf"),
    (2, 'it\'s 100% "tea" :x %(x)s ?', False, b"\x00\xff"),
    (2**40, None, None, None),
]


@pytest.fixture
def tx(database_url: str, tmp_path: Any) -> Iterator[ReadTx]:
    database = Database(database_url or f"sqlite:///{tmp_path / 'things.db'}")
    bytea = "BLOB" if database.is_sqlite else "BYTEA"
    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            f"CREATE TABLE thing (number BIGINT, name TEXT, is_dear BOOLEAN, body {bytea})"
        )
        for row in ROWS:
            connection.execute(sa.insert(thing).values(row))
    with database.snapshot() as found:
        yield found
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE thing")
    database.close()


NUMBERS: Any = sa.bindparam("numbers", expanding=True)
MOST = sa.bindparam("most", type_=sa.Integer)
SELECTS: list[tuple[Any, dict[str, Any]]] = [
    (sa.select(thing), {}),
    (sa.select(thing).where(thing.c.name == sa.bindparam("name")), {"name": ROWS[1][1]}),
    (sa.select(thing.c.body).where(thing.c.body == sa.bindparam("body")), {"body": b"\x00\xff"}),
    (sa.select(thing.c.name).where(thing.c.is_dear == sa.bindparam("dear")), {"dear": True}),
    (sa.select(thing.c.number).where(thing.c.name == "50% or 茶"), {}),
    (sa.select(thing.c.number).where(thing.c.name.like("%100\\% %", escape="\\")), {}),
    (sa.select(sa.func.count().label("some"), sa.exists().where(thing.c.is_dear)), {}),
    (sa.select(thing.c.number, thing.c.number + 1, thing.c.number), {}),
    (sa.select(thing.c.name).where(thing.c.number.in_((1, 2)), thing.c.is_dear), {}),
    *(
        (
            sa.select(thing.c.number).where(in_or_not).limit(MOST),
            b,
        )
        for in_or_not in (thing.c.number.in_(NUMBERS), thing.c.number.not_in(NUMBERS))
        for b in ({"numbers": n, "most": 2} for n in ([], [1], [1, 2, 5], [2**40, 7, 8, 9, 10]))
    ),
]


@pytest.mark.parametrize(("statement", "values"), SELECTS)
def test_it_gives_what_sqlalchemy_gives(
    tx: ReadTx, statement: sa.Select[Any], values: dict[str, Any]
) -> None:
    ordered = statement.order_by(sa.text("1"))
    prepared = Prepared(ordered)
    expected = [tuple(row) for row in tx.all(ordered, **values)]
    for _ in range(2):
        found = tx.all(prepared, **values)
        assert [tuple(row) for row in found] == expected
        assert [list(map(type, row)) for row in found] == [list(map(type, r)) for r in expected]
    first = tx.first(prepared, **values)
    assert (None if first is None else tuple(first)) == (expected[0] if expected else None)
    assert tx.scalar(prepared, **values) == (expected[0][0] if expected else None)
    assert tx.scalars(prepared, **values) == [row[0] for row in expected]


def test_columns_have_names(tx: ReadTx) -> None:
    row = tx.first(
        Prepared(sa.select(thing.c.name, sa.func.count().label("some")).group_by("name"))
    )
    assert row is not None
    assert row.some == 1
    assert row.name == row[0]


def test_a_value_that_is_missing_is_an_error_and_not_a_null(tx: ReadTx) -> None:
    prepared = Prepared(sa.select(thing).where(thing.c.name == sa.bindparam("name")))
    with pytest.raises(Exception, match="name"):
        tx.all(prepared)


def test_errors_are_of_sqlalchemys_kinds_also_where_the_connection_is_lost(
    database_url: str, tmp_path: Any
) -> None:
    database = Database(database_url or f"sqlite:///{tmp_path / 'things.db'}")
    with database.engine.connect() as connection:
        with pytest.raises(sa.exc.DBAPIError), DriverCursor(connection) as cursor:
            cursor.execute("nonsense")
        driver: Any = connection.connection.driver_connection
        driver.close()
        with pytest.raises(sa.exc.DBAPIError):
            DriverCursor(connection)
        connection.invalidate()
    database.close()
