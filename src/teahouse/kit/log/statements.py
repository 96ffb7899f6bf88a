"""The two statements of every batch, past SQLAlchemy's layers: they are a tenth of a send there."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.engine import Connection

from teahouse.kit.prepared import DriverCursor

MOVE_HEAD = "UPDATE log_head SET pos = {0} WHERE log = {0} AND epoch = {0}"
KNOWN_RESULTS = (
    "WITH wanted (shard, key) AS (VALUES {})"
    " SELECT known.key, known.result FROM wanted"
    " JOIN once_result AS known ON known.shard = wanted.shard AND known.key = wanted.key"
)
"""A join, because SQLite uses no index for a pair of columns IN a list."""


class BatchStatements:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._placeholder = "?" if connection.dialect.name == "sqlite" else "%s"

    def move_head(self, log: str, epoch: int, pos: int) -> bool:
        """Whether the log is still this writer's."""
        with DriverCursor(self._connection) as cursor:
            cursor.execute(MOVE_HEAD.format(self._placeholder), (pos, log, epoch))
            return bool(cursor.rowcount == 1)

    def known_results(self, wanted: Sequence[tuple[int, bytes]]) -> dict[bytes, bytes]:
        """Results of requests that were answered before, by key."""
        if not wanted:
            return {}
        values = ", ".join([f"({self._placeholder}, {self._placeholder})"] * _rounded(len(wanted)))
        padded = [*wanted, *[wanted[-1]] * (_rounded(len(wanted)) - len(wanted))]
        with DriverCursor(self._connection) as cursor:
            cursor.execute(
                KNOWN_RESULTS.format(values), [part for identity in padded for part in identity]
            )
            return {bytes(key): bytes(result) for key, result in cursor.fetchall()}


def _rounded(count: int) -> int:
    """The next power of two, so that few statements need to be prepared."""
    return 1 << (count - 1).bit_length()
