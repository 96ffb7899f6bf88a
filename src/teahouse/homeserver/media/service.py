"""The library: uploads, their thumbnails, and how both are found again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from itertools import count

import sqlalchemy as sa
import structlog

from teahouse.config import Config
from teahouse.homeserver.media import check, pending_store, rules, store
from teahouse.homeserver.media.arrivals import Arrivals
from teahouse.homeserver.media.holds import Holds
from teahouse.homeserver.media.last_access import LastAccess
from teahouse.homeserver.media.model import Media, Quota
from teahouse.homeserver.media.pictures import Measured, Pictures
from teahouse.homeserver.media.purging import Purging
from teahouse.homeserver.media.removal import Removal
from teahouse.homeserver.media.sparing import Sparing
from teahouse.homeserver.media.thumbnails import Thumbnails
from teahouse.homeserver.media.uploading import Uploads
from teahouse.kit.clock import Clock
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.errors import Refused, Unavailable, not_found
from teahouse.kit.log import LogWriter
from teahouse.kit.objects import begun, one_chunk, open_objects
from teahouse.kit.randomness import Randomness

log = structlog.get_logger(__name__)

ROUND_SECONDS = 60
ROUNDS_A_DAY = 1_440
ROUNDS_BEFORE_UPKEEP = 10
"""After a start, which others are busy with."""


class MediaLibrary:
    """Content is a file, shared by equal uploads; each upload is a row with an address."""

    def __init__(
        self,
        config: Config,
        database: Database,
        log: LogWriter,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        folder = config.data / "media"
        quota = Quota(config.media_quota_user_bytes, config.media_quota_bytes)
        holds, pictures = Holds(), Pictures()
        self._server_name = config.server_name
        self._database = database
        self._clock = clock
        self._arrivals = Arrivals()
        self._last_access = LastAccess(log, clock)
        self._pictures = pictures
        self._thumbnail_files = open_objects(config.objects, folder, "thumbnails")
        self.contents = open_objects(config.objects, folder, "content")
        self.thumbnails = Thumbnails(self.contents, self._thumbnail_files, holds, pictures)
        self.removal = Removal(self.contents, self.thumbnails, holds, database, log)
        self.uploads = Uploads(
            self.contents,
            database,
            log,
            clock,
            randomness,
            quota,
            holds,
            self.removal,
            self._arrivals,
        )
        self.sparing = Sparing(self.address(""), database, log, clock)
        self.purging = Purging(log, clock, self.removal, self.sparing, config.media_unused_days)
        self._task: asyncio.Task[None] | None = None

    def address(self, media_id: str) -> str:
        return f"mxc://{self._server_name}/{media_id}"

    def is_own(self, server_name: str, media_id: str) -> bool:
        """Whether it could be an address of this server."""
        return server_name == self._server_name and bool(rules.MEDIA_ID.fullmatch(media_id))

    async def access(self, server_name: str, media_id: str, wait_ms: int) -> Media:
        """For whoever reads it now; one that has an address but no content is waited for.

        Errors: M_NOT_FOUND, for other servers' media too: none is fetched; M_NOT_YET_UPLOADED.
        """
        if not self.is_own(server_name, media_id):
            raise not_found("There is no such media")
        media = await self._database.read(store.find, media_id)
        if media is None:
            media = await self._wait_for(media_id, wait_ms)
        self._last_access.note(media)
        return media

    async def read(
        self, media: Media, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        """The bytes from `start` up to `stop`, which is exclusive; None is the end.

        Errors: M_NOT_FOUND when the file is gone, Unavailable.
        """
        try:
            return await begun(self.contents.read(media.object_name, start, stop))
        except FileNotFoundError:
            log.error("a file of an upload is not there", object=media.object_name)
            raise not_found("There is no such media") from None

    async def _wait_for(self, media_id: str, wait_ms: int) -> Media:
        with self._arrivals.expecting(media_id) as arrival:
            found = await self._database.read(self._look, media_id)
            if found is None and arrival is not None and wait_ms > 0:
                try:
                    await asyncio.wait_for(arrival.wait(), wait_ms / 1000)
                except TimeoutError:
                    raise not_yet_uploaded() from None
                found = await self._database.read(self._look, media_id)
        if found is None:
            raise not_yet_uploaded()
        return found

    def _look(self, tx: ReadTx, media_id: str) -> Media | None:
        """None while the content is to come. Errors: M_NOT_FOUND."""
        media = store.find(tx, media_id)
        if media is None and pending_store.find(tx, media_id, self._clock.now_ms()) is None:
            raise not_found("There is no such media")
        return media

    def of_user(
        self, tx: ReadTx, user_id: str, limit: int, after: Media | None = None
    ) -> Sequence[Media]:
        """A user's uploads, oldest first, those behind `after`."""
        return store.of_user(tx, user_id, limit, after)

    async def keep_picture(self, content: bytes) -> tuple[Media, Measured]:
        """A picture that the server fetched by itself; nobody's.

        Errors: M_UNKNOWN when it is none, M_TOO_LARGE, M_LIMIT_EXCEEDED, M_FORBIDDEN.
        """
        measured = await self._pictures.measure(content)
        kept = await self.uploads.keep_found(one_chunk(content), measured.content_type)
        return kept, measured

    def file_problems(self, *, deep: bool) -> AsyncIterator[str]:
        """A sentence for each file that is not as its uploads have it; `deep` reads them."""
        return check.file_problems(self._database, self.contents, deep=deep)

    def deletions_paused(self) -> AbstractAsyncContextManager[None]:
        """No file goes while the context lasts: for a backup, which takes the rows first."""
        return self.removal.paused()

    def end_waiting(self) -> None:
        self._arrivals.end_waiting()

    def start(self) -> None:
        self.removal.start()
        self._task = asyncio.create_task(self._work())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            with suppress(Refused, Unavailable):
                await self._last_access.write()
        await self.removal.stop()
        self.contents.close()
        self._thumbnail_files.close()

    async def upkeep(self) -> None:
        """What is done once a day."""
        await self._last_access.write()
        await self.purging.follow_policy()
        if not self.contents.is_shared:
            await self.removal.find_strays()

    async def _work(self) -> None:
        for round_no in count(1):
            await asyncio.sleep(ROUND_SECONDS)
            is_time = round_no % ROUNDS_A_DAY == ROUNDS_BEFORE_UPKEEP
            try:
                await (self.upkeep() if is_time else self._last_access.write())
            except (Refused, Unavailable, OSError, sa.exc.SQLAlchemyError) as error:
                log.warning("upkeep of media put off", reason=type(error).__name__)


def not_yet_uploaded() -> Refused:
    return Refused("M_NOT_YET_UPLOADED", "The content has not been uploaded yet")
