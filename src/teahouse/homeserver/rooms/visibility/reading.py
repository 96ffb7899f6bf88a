"""A request that reads rooms: one snapshot, one reader, one moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from teahouse.homeserver.rooms.visibility.viewpoint import Reader
from teahouse.kit.clock import Clock
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.http import Request

P = ParamSpec("P")
T = TypeVar("T")

IgnoredBy = Callable[[ReadTx, str], frozenset[str]]
"""Whose messages a person does not want."""


class Reading:
    def __init__(self, database: Database, clock: Clock, ignored_by: IgnoredBy) -> None:
        self._database = database
        self._clock = clock
        self._ignored_by = ignored_by

    async def read(
        self,
        request: Request,
        function: Callable[Concatenate[ReadTx, Reader, int, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """`function(tx, reader, now_ms, ...)`, off the event loop."""
        now_ms = self._clock.now_ms()

        def run(tx: ReadTx) -> T:
            ignored = self._ignored_by(tx, request.user_id)
            reader = Reader(request.user_id, request.device_id, ignored)
            return function(tx, reader, now_ms, *args, **kwargs)

        return await self._database.read(run)
