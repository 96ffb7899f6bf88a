"""Uploading: content at once, or an address first and its content later."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from teahouse.homeserver.media import counted_store, pending_store, rules, store
from teahouse.homeserver.media.arrivals import Arrivals
from teahouse.homeserver.media.holds import Holds
from teahouse.homeserver.media.model import NOBODY, Media, Pending, Quota
from teahouse.homeserver.media.removal import Removal
from teahouse.kit.clock import Clock
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.errors import Refused, forbidden, limit_exceeded, not_found
from teahouse.kit.log import LogWriter, WriteTx
from teahouse.kit.objects import ObjectStore, Received
from teahouse.kit.randomness import Randomness

T = TypeVar("T")

UNUSED_MS = 24 * 3_600_000
MOST_PENDING = 100
"""Of one user."""
MOST_AT_ONCE = 16
"""Of one user: what arrives is on the disk before it is known whether it may stay."""
ASK_AGAIN_MS = 60_000


@dataclass(frozen=True, slots=True)
class Upload:
    """What a client says of the content that it sends."""

    user_id: str
    chunks: AsyncIterator[bytes]
    content_type: str | None = None
    filename: str | None = None
    size_bytes: int = 0
    """As it is announced; 0 when it is not."""


class Uploads:
    def __init__(
        self,
        contents: ObjectStore,
        database: Database,
        log: LogWriter,
        clock: Clock,
        randomness: Randomness,
        quota: Quota,
        holds: Holds,
        removal: Removal,
        arrivals: Arrivals,
    ) -> None:
        self._contents = contents
        self._database = database
        self._log = log
        self._clock = clock
        self._randomness = randomness
        self._quota = quota
        self._holds = holds
        self._removal = removal
        self._arrivals = arrivals
        self._under_way: Counter[str] = Counter()

    async def upload(self, upload: Upload) -> str:
        """Its media id. The content is durable before its row is.

        Errors: M_FORBIDDEN when it would be more than the user, or all, may have.
        """
        await self._database.read(self._check_own, upload.user_id, upload.size_bytes)
        media_id = self._new_id()
        await self._keep(upload, partial(self._add, media_id, upload))
        return media_id

    async def create(self, user_id: str) -> Pending:
        """An address for content that comes later.

        Errors: M_LIMIT_EXCEEDED when too many of this user's are without content.
        """
        now_ms = self._clock.now_ms()
        pending = Pending(self._new_id(), user_id, now_ms + UNUSED_MS)

        def add(tx: WriteTx) -> None:
            if pending_store.count(tx, user_id, now_ms) >= MOST_PENDING:
                raise limit_exceeded(ASK_AGAIN_MS)
            pending_store.add(tx, pending)

        await self._log.submit(add)
        return pending

    async def fill(self, media_id: str, upload: Upload) -> None:
        """The content of an address that `create` gave to the same user.

        Errors: M_NOT_FOUND, M_FORBIDDEN, M_CANNOT_OVERWRITE_MEDIA; as `upload`.
        """
        await self._database.read(self._check_fillable, media_id, upload.user_id)
        await self._database.read(self._check_own, upload.user_id, upload.size_bytes)

        def add(tx: WriteTx, received: Received) -> None:
            self._check_fillable(tx, media_id, upload.user_id)
            self._add(media_id, upload, tx, received)
            pending_store.remove(tx, media_id)

        await self._keep(upload, add)
        self._arrivals.has_come(media_id)

    async def keep_found(self, chunks: AsyncIterator[bytes], content_type: str) -> Media:
        """What the server fetched by itself: nobody's, and once however often it is found."""
        upload = Upload(NOBODY, chunks, content_type)
        media_id = self._new_id()

        def add(tx: WriteTx, received: Received) -> Media:
            known = store.find_equal(tx, NOBODY, received.name, content_type)
            if known is None:
                return self._add(media_id, upload, tx, received)
            store.note_access(tx, [known.media_id])
            return known

        return await self._keep(upload, add)

    def _new_id(self) -> str:
        return self._randomness.string(rules.MEDIA_ID_LENGTH)

    @contextmanager
    def _one_more(self, user_id: str) -> Iterator[None]:
        """Errors: M_LIMIT_EXCEEDED."""
        if self._under_way[user_id] >= MOST_AT_ONCE:
            raise limit_exceeded(1000)
        self._under_way[user_id] += 1
        try:
            yield
        finally:
            self._under_way[user_id] -= 1
            if not self._under_way[user_id]:
                del self._under_way[user_id]

    async def _keep(self, upload: Upload, add: Callable[[WriteTx, Received], T]) -> T:
        with self._one_more(upload.user_id):
            return await self._receive(upload, add)

    async def _receive(self, upload: Upload, add: Callable[[WriteTx, Received], T]) -> T:
        async with (
            self._contents.receive(upload.chunks) as received,
            self._holds.keeping(received.name),
        ):
            await received.keep()
            try:
                return await self._log.submit(lambda tx: add(tx, received))
            except Refused:
                note = partial(
                    counted_store.note_unused,
                    object_name=received.name,
                    size_bytes=received.size_bytes,
                )
                await self._log.submit(note)
                self._removal.tell()
                raise

    def _add(self, media_id: str, upload: Upload, tx: WriteTx, received: Received) -> Media:
        self._check_own(tx, upload.user_id, received.size_bytes)
        media = Media(
            media_id,
            upload.user_id,
            received.name,
            received.size_bytes,
            rules.content_type(upload.content_type),
            rules.filename(upload.filename),
            tx.now_ms,
            tx.now_ms,
        )
        store.add(tx, media)
        if counted_store.add_use(tx, media.object_name, media.size_bytes):
            self._check_all(tx)
        counted_store.add_usage(tx, media.user_id, media.size_bytes)
        return media

    def _check_fillable(self, tx: ReadTx, media_id: str, user_id: str) -> None:
        pending = pending_store.find(tx, media_id, self._clock.now_ms())
        known = pending or store.find(tx, media_id)
        if known is None:
            raise not_found("This address was not given out, or too long ago")
        if known.user_id != user_id:
            raise forbidden("This address was given to somebody else")
        if pending is None:
            raise Refused("M_CANNOT_OVERWRITE_MEDIA", "This address has its content already")

    # Source: client-server API, "Content repository", "Security considerations".

    def _check_own(self, tx: ReadTx, user_id: str, size_bytes: int) -> None:
        most = self._quota.user_bytes
        if most and user_id != NOBODY and counted_store.usage(tx, user_id) + size_bytes > most:
            raise forbidden("Your uploads would be more than you may have here")

    def _check_all(self, tx: ReadTx) -> None:
        most = self._quota.all_bytes
        if most and counted_store.total(tx) > most:
            raise forbidden("This server has no room for more files")
