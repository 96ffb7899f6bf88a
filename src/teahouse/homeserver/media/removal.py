"""Removes files that no upload uses any more: after the commit that says so, and again after a
crash. A file that somebody holds, or a pause, puts it off.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

import sqlalchemy as sa
import structlog

from teahouse.homeserver.media import counted_store
from teahouse.homeserver.media.holds import Holds
from teahouse.homeserver.media.thumbnails import Thumbnails
from teahouse.kit.background import Background
from teahouse.kit.database import Database
from teahouse.kit.errors import Refused, Unavailable
from teahouse.kit.log import LogWriter
from teahouse.kit.objects import ObjectStore

log = structlog.get_logger(__name__)

FILES_A_PAGE = 100
AGAIN_SECONDS = 30


class Removal(Background):
    def __init__(
        self,
        contents: ObjectStore,
        thumbnails: Thumbnails,
        holds: Holds,
        database: Database,
        log: LogWriter,
    ) -> None:
        super().__init__()
        self._contents = contents
        self._thumbnails = thumbnails
        self._holds = holds
        self._database = database
        self._log = log
        self._news = asyncio.Event()
        self._one_by_one = asyncio.Lock()
        self._pauses = 0

    def start(self) -> None:
        self._news.set()
        super().start()

    def tell(self) -> None:
        """There are files to remove."""
        self._news.set()

    @asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        """No file goes while the context lasts."""
        self._pauses += 1
        try:
            async with self._one_by_one:
                pass
            yield
        finally:
            self._pauses -= 1
            self._news.set()

    async def sweep(self) -> bool:
        """Removes what may go now; whether that was all."""
        held: list[str] = []
        while names := await self._database.read(counted_store.unused, FILES_A_PAGE, held):
            for name in names:
                async with self._one_by_one:
                    if self._pauses:
                        return False
                    if not await asyncio.shield(self._remove(name)):
                        held.append(name)
            if len(held) >= FILES_A_PAGE:
                break
        return not held

    async def find_strays(self) -> None:
        """Files that no row knows, which a crash or a restored backup left: removed next."""
        names: list[str] = []
        async for name in self._contents.names():
            names.append(name)
            if len(names) >= FILES_A_PAGE:
                await self._note_strays(names)
                names = []
        await self._note_strays(names)

    async def _note_strays(self, names: Sequence[str]) -> None:
        known = await self._database.read(counted_store.known, names)
        for name in set(names).difference(known):
            size_bytes = await self._contents.size_bytes(name)
            if size_bytes is not None:
                # One that is being uploaded now is held, and used before it is let go.
                await self._log.submit(
                    partial(counted_store.note_unused, object_name=name, size_bytes=size_bytes)
                )
                self.tell()

    async def _remove(self, name: str) -> bool:
        with self._holds.leaving(name) as is_free:
            if is_free and not await self._database.read(counted_store.is_used, name):
                await self._thumbnails.delete(name)
                await self._contents.delete([name])
                await self._log.submit(partial(counted_store.forget, object_name=name))
            return is_free

    async def _work(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                is_done = await self.sweep()
            except (Refused, Unavailable, OSError, sa.exc.SQLAlchemyError) as error:
                log.warning("files not removed", reason=type(error).__name__)
                is_done = False
            if not is_done and not self._pauses:
                await asyncio.sleep(AGAIN_SECONDS)
                self._news.set()
