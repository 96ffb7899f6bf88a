"""What takes long to read ends when nobody waits for it."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from teahouse.kit.database import Database, ReadTx, sqlite_url


async def test_a_cancelled_long_read_ends(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path))
    begun, rounds = threading.Event(), []

    def read_for_ever(tx: ReadTx) -> None:
        while True:
            rounds.append(tx.scalar(sa.select(sa.literal(1))))
            begun.set()

    reading = asyncio.create_task(database.read_long(read_for_ever))
    await asyncio.to_thread(begun.wait)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    count = len(rounds)
    assert await database.read_long(lambda tx: tx.scalar(sa.select(sa.literal(2)))) == 2
    assert len(rounds) == count
    database.close()
