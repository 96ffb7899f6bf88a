"""Tells one application service what concerns it: one transaction at a time, in order, until taken.

What a service was told is a position in a row, and at most one transaction beside it. However long
a service is away, nothing more is kept for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import quote

import structlog

from teahouse.homeserver.appservices import rendering, store
from teahouse.homeserver.appservices.assembling import Assembler
from teahouse.homeserver.appservices.client import NoAnswer, Question, ServiceClient
from teahouse.homeserver.appservices.store import Progress, Transaction
from teahouse.homeserver.devices import inbox
from teahouse.homeserver.keys import counts
from teahouse.homeserver.rooms.published import AliasesChanged
from teahouse.kit.bus import Committed
from teahouse.kit.clock import Clock
from teahouse.kit.database import ReadTx
from teahouse.kit.errors import Refused, Unavailable
from teahouse.kit.metrics import APPSERVICE_FAILED, APPSERVICE_SENT
from teahouse.kit.randomness import Randomness

log = structlog.get_logger(__name__)

ANSWER_SECONDS = 60.0
FIRST_RETRY_SECONDS, MAX_RETRY_SECONDS = 1.0, 300.0
AFTER_TROUBLE_SECONDS = 1.0
SAVE_EVERY = 10_000
"""Positions in which nothing concerned the service: looked at again after a crash."""

STOP_SECONDS = 2


class Following:
    def __init__(
        self, assembler: Assembler, client: ServiceClient, clock: Clock, randomness: Randomness
    ) -> None:
        self._service = assembler.service
        self._assembler = assembler
        self._news = assembler.news
        self._client = client
        self._clock = clock
        self._randomness = randomness
        self._pos = self._saved_pos = 0
        self._pending: Transaction | None = None
        self._is_unsaved = False
        self._is_stopping = False
        self._woken = asyncio.Event()
        self._again = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def follow(self, committed: Committed) -> None:
        for item in committed.items:
            if type(item) is AliasesChanged:
                self._assembler.whereabouts.names_changed(item.room_id)
            else:
                self._news.follow(item)
        self._woken.set()

    async def start(self) -> None:
        """A service that is new is told of what happens from now on."""
        found = await self._assembler.database.read(store.get, self._service.id)
        if found is None:
            found = Progress(self._assembler.feed.head, None)
            await self._save(found.pos)
        self._pos = self._saved_pos = found.pos
        self._pending = found.transaction
        self._news.lost_thread()
        self._task = asyncio.create_task(self._work())

    async def stop(self) -> None:
        """Lets what is being sent end, for a moment; else it is sent again after the next start."""
        if self._task is None:
            return
        self._is_stopping = True
        self._woken.set()
        self._again.set()
        await asyncio.wait([self._task], timeout=STOP_SECONDS)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        with suppress(Refused, Unavailable):
            await self._save_if_moved(least=1)

    def try_again(self) -> None:
        """The service is said to be there."""
        self._again.set()

    async def _work(self) -> None:
        while not self._is_stopping:
            try:
                await self._turn()
            except Exception as error:
                log.warning("application service not told", reason=type(error).__name__)
                await asyncio.sleep(AFTER_TROUBLE_SECONDS)

    async def _turn(self) -> None:
        self._woken.clear()
        if self._pending is None:
            if self._news.lost_inboxes:
                await self._look_into_inboxes()
            if self._news.lost_counts:
                await self._look_at_counts()
            self._pending, upto = await self._assembler.next(self._pos)
            if self._pending is None:
                await self._nothing_until(upto)
                return
            self._saved_pos, self._is_unsaved = self._pos, False
        if await self._sent(self._pending):
            self._pos, self._pending = self._pending.upto, None
            self._is_unsaved = True

    async def _nothing_until(self, upto: int) -> None:
        self._pos = upto
        await self._save_if_moved(least=SAVE_EVERY)
        if upto >= self._assembler.feed.head:
            await self._woken.wait()

    async def _sent(self, transaction: Transaction) -> bool:
        """False only when the server stops."""
        attempts = 0
        while not self._is_stopping:
            self._again.clear()
            if await self._send(transaction):
                return True
            attempts += 1
            with suppress(TimeoutError):
                async with asyncio.timeout(self._retry_in_seconds(attempts)):
                    await self._again.wait()
        return False

    def _retry_in_seconds(self, attempts: int) -> float:
        """Doubles with each failure; spread, so that those who failed together come apart."""
        whole = min(MAX_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2.0 ** min(attempts - 1, 20))
        return whole - self._randomness.fraction() * whole / 2

    async def _send(self, transaction: Transaction) -> bool:
        body = await self._assembler.database.read(
            rendering.body,
            self._service,
            transaction.events,
            transaction.rest,
            self._clock.now_ms(),
        )
        path = f"/transactions/{quote(transaction.txn_id, safe='')}"
        try:
            answer = await self._client.ask(
                self._service, Question("PUT", path, ANSWER_SECONDS, body)
            )
        except NoAnswer as error:
            return self._failed(str(error))
        if not answer.is_success:
            return self._failed(str(answer.status))
        APPSERVICE_SENT.labels(self._service.id).inc()
        return True

    def _failed(self, reason: str) -> bool:
        APPSERVICE_FAILED.labels(self._service.id).inc()
        log.warning("application service not reached", service=self._service.id, reason=reason)
        return False

    async def _save_if_moved(self, least: int) -> None:
        if self._pending is None and (self._is_unsaved or self._pos - self._saved_pos >= least):
            await self._save(self._pos)

    async def _save(self, pos: int) -> None:
        await self._assembler.log.submit(lambda tx: store.put(tx, self._service.id, pos))
        self._saved_pos, self._is_unsaved = pos, False

    async def _look_into_inboxes(self) -> None:
        self._news.lost_inboxes = False
        if self._service.gets_to_device:
            waiting = await self._assembler.database.read(inbox.users_waiting)
            self._news.put_back_inboxes(waiting)

    async def _look_at_counts(self) -> None:
        """What changed while nobody followed is not known, so all are told."""
        self._news.lost_counts = False
        if self._service.gets_encryption:
            for device in await self._assembler.database.read(_devices_with_keys):
                self._news.counts_of(*device)


def _devices_with_keys(tx: ReadTx) -> Sequence[tuple[str, str]]:
    return counts.devices_with_keys(tx)
