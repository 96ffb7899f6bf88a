"""The loop: answer at once when there is news, else wait for it; and remember what was sent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from teahouse.homeserver.accountdata.service import AccountData
from teahouse.homeserver.devices import inbox
from teahouse.homeserver.presence.service import Presences
from teahouse.homeserver.sliding import rendering, store
from teahouse.homeserver.sliding.asked import Asked, Token
from teahouse.homeserver.sliding.idle import Idle
from teahouse.homeserver.sliding.known_lists import KnownLists
from teahouse.homeserver.sliding.members import SentMembers
from teahouse.homeserver.sliding.own_list import OwnMemberships
from teahouse.homeserver.sliding.shapes import Call, Shape
from teahouse.homeserver.sliding.snapshot import Answer, SnapshotReader
from teahouse.homeserver.sliding.store import Connection
from teahouse.homeserver.sync.limit import Answered
from teahouse.homeserver.sync.views import Views
from teahouse.kit.clock import Clock
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.log import LogWriter, WriteTx
from teahouse.kit.metrics import WAITING_SYNCS


class Turn:
    """A request of a connection; the next one ends it."""

    def __init__(self) -> None:
        self.is_over = False
        self.waiter: asyncio.Future[None] | None = None

    def end(self) -> None:
        self.is_over = True
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_result(None)


class SlidingSync:
    def __init__(
        self,
        log: LogWriter,
        database: Database,
        clock: Clock,
        views: Views,
        accountdata: AccountData,
        presences: Presences,
    ) -> None:
        self._log = log
        self._database = database
        self._clock = clock
        self._views = views
        self._accountdata = accountdata
        self._presences = presences
        self._members = SentMembers()
        self._turns: dict[Connection, Turn] = {}
        self._idle = Idle()
        self._known = KnownLists()

    async def sync(self, call: Call, shape: Shape) -> Answered:
        """News after the token, or none after the timeout.

        Errors: M_UNKNOWN_POS.
        """
        asked = call.asked
        if asked.token is not None and not self._log.knows(asked.token.pos):
            raise store.unknown_pos()
        await self._presences.synced(asked.user_id, asked.device_id, call.presence)
        before = self._turns.get(asked.connection)
        if before is not None:
            before.end()
        turn = self._turns[asked.connection] = Turn()
        self._members.arrived(asked.connection, asked.token)
        try:
            return await self._wait_for_news(asked, call.timeout_ms, shape, turn)
        finally:
            if self._turns.get(asked.connection) is turn:
                del self._turns[asked.connection]

    async def _wait_for_news(
        self, asked: Asked, timeout_ms: int, shape: Shape, turn: Turn
    ) -> Answered:
        deadline_ms = self._clock.monotonic_ms() + timeout_ms
        while True:
            # Asked for each time: one that was dropped meanwhile hears of nothing any more.
            view = await self._views.user(asked.user_id)
            # The waiter first, then the head: what is committed in between is not missed.
            waiter = turn.waiter = asyncio.get_running_loop().create_future()
            view.waiters[waiter] = asked.device_id
            try:
                answer = self._idle.get(asked, view, self._views)
                if answer is None:
                    head = self._log.head
                    known = self._known.get(view, head)
                    answer = await self._database.read(self._read, asked, head, known)
                    self._idle.put(asked, answer)
                    if answer.own is not None:
                        self._known.put(asked.user_id, answer.own)
                if answer.acknowledges:
                    await self._acknowledge(asked)
                token = asked.token
                if token is None or (answer.has_news and not turn.is_over):
                    token = await self._advance(asked, answer)
                    return Answered(_body(shape, token, answer), len(answer.rooms))
                left_ms = deadline_ms - self._clock.monotonic_ms()
                if left_ms <= 0 or turn.is_over or self._views.is_ending:
                    return Answered(_body(shape, token, _nothing_new(answer)), len(answer.rooms))
                await _wait(waiter, left_ms)
            finally:
                view.waiters.pop(waiter, None)

    def forget_devices(self, tx: WriteTx, user_id: str, device_ids: Sequence[str]) -> None:
        store.delete_devices(tx, user_id, device_ids)

    def _read(self, tx: ReadTx, asked: Asked, head: int, known: OwnMemberships | None) -> Answer:
        now_ms = self._clock.now_ms()
        return SnapshotReader(
            tx, asked, head, now_ms, self._members, self._accountdata, known
        ).read()

    async def _acknowledge(self, asked: Asked) -> None:
        user_id, device_id, since = asked.user_id, asked.device_id, asked.to_device_since or 0
        await self._log.submit(lambda tx: inbox.acknowledge(tx, user_id, device_id, since))

    async def _advance(self, asked: Asked, answer: Answer) -> Token:
        """The token of this answer; what the client has with it is written if it changed."""
        token = asked.token
        if token is not None and answer.sent == answer.base:
            token = Token(answer.upto, token.generation)
        else:
            base = None if token is None else token.generation
            encoded = answer.sent.encoded()

            def advance(tx: WriteTx) -> int:
                return store.advance(tx, asked.connection, base, encoded)

            generation = await self._log.submit(advance, size_bytes=len(encoded))
            token = Token(answer.upto, generation)
        self._members.remember(asked.connection, token, answer.members, answer.members_afresh)
        return token


def _nothing_new(answer: Answer) -> Answer:
    """What is told in any case; of news that another request tells, nothing."""
    extensions = {} if answer.has_news else answer.extensions
    return Answer(answer.upto, answer.base, lists=answer.lists, extensions=extensions)


def _body(shape: Shape, token: Token, answer: Answer) -> bytes:
    return rendering.body(shape, token, answer.lists, answer.rooms, answer.extensions)


async def _wait(waiter: asyncio.Future[None], timeout_ms: int) -> None:
    WAITING_SYNCS.inc()
    try:
        async with asyncio.timeout(timeout_ms / 1000):
            await waiter
    except TimeoutError:
        pass
    finally:
        WAITING_SYNCS.dec()
