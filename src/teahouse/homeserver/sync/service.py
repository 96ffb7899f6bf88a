"""The sync loop: answer at once when there is news, else wait for it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import replace
from heapq import nlargest
from operator import attrgetter
from typing import NamedTuple

import msgspec
import orjson

from teahouse.homeserver.accountdata.service import AccountData
from teahouse.homeserver.devices import inbox
from teahouse.homeserver.keys.counts import CountsCache
from teahouse.homeserver.presence.book import PresenceBook
from teahouse.homeserver.presence.service import Presences
from teahouse.homeserver.push import unread
from teahouse.homeserver.push.ignoring import ignored_by
from teahouse.homeserver.push.unread_cache import UnreadCache
from teahouse.homeserver.sync.asked import Asked
from teahouse.homeserver.sync.lazy_members import LazyMembers
from teahouse.homeserver.sync.limit import Answered
from teahouse.homeserver.sync.presence_section import PresenceSection
from teahouse.homeserver.sync.quick import CountsMissing, Found, Quick, QuickReader
from teahouse.homeserver.sync.snapshot import Answer, SnapshotReader
from teahouse.homeserver.sync.user_view import UserView
from teahouse.homeserver.sync.views import Views
from teahouse.kit.clock import Clock
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.log import LogWriter
from teahouse.kit.metrics import WAITING_SYNCS
from teahouse.kit.paging import SyncToken

MAX_DELIVERED = 100_000
ROOMS_AHEAD = 8
"""Where news is likely: what it needs of these rooms is read before it comes."""


class News(NamedTuple):
    """The answer's body, None when there is no news; and what to ask from here on."""

    body: bytes | None
    asked: Asked
    rooms_read: int = 0
    """From the database."""


class Sync:
    def __init__(
        self,
        log: LogWriter,
        database: Database,
        clock: Clock,
        views: Views,
        key_counts: CountsCache,
        unread_cache: UnreadCache,
        accountdata: AccountData,
        presences: Presences,
        presence_book: PresenceBook,
    ) -> None:
        self._log = log
        self._database = database
        self._clock = clock
        self._views = views
        self._key_counts = key_counts
        self._accountdata = accountdata
        self._unread = unread_cache
        self._lazy = LazyMembers()
        self._quick = QuickReader(views, unread_cache, self._lazy, clock)
        self._inboxes = Inboxes(log)
        self._presences = presences
        presences.before_change.append(views.user)
        self._presence = PresenceSection(presence_book, presences, views)

    async def sync(self, asked: Asked, timeout_ms: int) -> Answered:
        """News after `asked.since`, or none after `timeout_ms`."""
        if asked.since is not None and not self._log.knows(asked.since.pos):
            asked = replace(asked, since=None)
        await self._presences.synced(asked.user_id, asked.device_id, asked.presence)
        if asked.since is None:
            self._lazy.forget_device(asked.user_id, asked.device_id)
        else:
            acknowledged = self._inboxes.acknowledge(asked.user_id, asked.device_id, asked.since)
            if acknowledged is not None:
                await acknowledged
        deadline_ms = self._clock.monotonic_ms() + timeout_ms
        rooms_read = 0
        while True:
            # Asked for each time: one that was dropped meanwhile hears of nothing any more.
            view = await self._views.user(asked.user_id)
            # The waiter first, then the head: what is committed in between is not missed.
            waiter = asyncio.get_running_loop().create_future()
            view.waiters[waiter] = asked.device_id
            try:
                news = await self._news(asked, view, held=timeout_ms > 0)
                rooms_read = max(rooms_read, news.rooms_read)
                if news.body is not None:
                    return Answered(news.body, rooms_read)
                asked = news.asked
                left_ms = deadline_ms - self._clock.monotonic_ms()
                if left_ms <= 0 or asked.since is None or self._views.is_ending:
                    body = await self._body(asked, asked.since or SyncToken(0), b"")
                    return Answered(body, rooms_read)
                await self._read_ahead(asked, view)
                await _wait(waiter, left_ms)
            finally:
                view.waiters.pop(waiter, None)

    async def _read_ahead(self, asked: Asked, view: UserView) -> None:
        """What the first news will need, while there is none: one message may wake thousands."""
        if view.has_read_ahead:
            return
        view.has_read_ahead = True
        rooms = nlargest(ROOMS_AHEAD, view.rooms.values(), key=attrgetter("last_pos"))
        head = self._log.head
        ignored, bases = await self._database.read(
            _read_of_person, asked.user_id, [room.room_id for room in rooms], head
        )
        view.learn_ignored(ignored, head)
        for room_id, base in bases.items():
            self._unread.put(asked.user_id, room_id, base, head)
        await self._key_counts.load(asked.user_id, asked.device_id)

    async def _news(self, asked: Asked, view: UserView, *, held: bool) -> News:
        # A token that names a place in the inbox means that more messages wait there.
        is_whole = asked.since is not None and asked.since.inbox_pos is None
        if is_whole and not asked.full_state:
            # What is held back must not be passed by a token that presence moves on.
            held = held and not self._presence.read(asked, view, self._log.head)
            found = await self._from_memory(asked, view, held=held)
            if found is Quick.NOTHING_NEW:
                head = self._log.head
                presence = b"" if held else self._presence.read(asked, view, head)
                if not presence:
                    return News(None, asked)
                return News(await self._body(asked, SyncToken(head), presence), asked)
            if isinstance(found, Found):
                rooms = b',"rooms":{"join":{%b}}' % found.joined
                rooms += self._presence.read(asked, view, found.head)
                return News(await self._body(asked, SyncToken(found.head), rooms), asked)
        head = self._log.head
        answer = await self._database.read(self._snapshot, asked, head)
        view.learn_ignored(answer.ignored, head)
        self._lazy.remember(asked.user_id, asked.device_id, answer.members_sent, head)
        presence = self._presence.read(asked, view, head, answer.met)
        is_empty = not answer.sections and not presence
        if asked.since is not None and is_empty and not asked.full_state:
            return News(None, replace(asked, since=answer.next_batch), answer.rooms_read)
        self._inboxes.delivered(asked.user_id, asked.device_id, answer)
        sections = msgspec.json.encode(answer.sections)[1:-1]
        rest = b"," + sections if sections else b""
        body = await self._body(asked, answer.next_batch, rest + presence)
        return News(body, asked, answer.rooms_read)

    async def _from_memory(self, asked: Asked, view: UserView, *, held: bool) -> Found | Quick:
        try:
            return self._quick.read(asked, view, self._log.head, held=held)
        except CountsMissing as missing:
            room_id, head = missing.room_id, self._log.head
        bases = await self._database.read(unread.bases, asked.user_id, [room_id], head)
        for base in bases.values():
            self._unread.put(asked.user_id, room_id, base, head)
        try:
            return self._quick.read(asked, view, self._log.head, held=held)
        except CountsMissing:
            return Quick.ASK_DATABASE

    def _snapshot(self, tx: ReadTx, asked: Asked, head: int) -> Answer:
        now_ms = self._clock.now_ms()
        return SnapshotReader(tx, asked, head, now_ms, self._lazy, self._accountdata).read()

    async def _body(self, asked: Asked, next_batch: SyncToken, rest: bytes) -> bytes:
        """With the counts of keys, which every answer holds."""
        counts = self._key_counts.cached(asked.user_id, asked.device_id)
        if counts is None:
            counts = await self._key_counts.load(asked.user_id, asked.device_id)
        return (
            b'{"next_batch":"%b","device_one_time_keys_count":%b,'
            b'"device_unused_fallback_key_types":%b%b}'
        ) % (
            str(next_batch).encode(),
            orjson.dumps(counts.one_time_key_counts),
            orjson.dumps(counts.unused_fallback_types),
            rest,
        )


class Inboxes:
    """Deletes what a device shows, by asking from further on, that it has received."""

    def __init__(self, log: LogWriter) -> None:
        self._log = log
        self._delivered: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    def delivered(self, user_id: str, device_id: str, answer: Answer) -> None:
        if "to_device" in answer.sections:
            through = answer.next_batch.inbox_pos or answer.next_batch.pos
            self._delivered[(user_id, device_id)] = through
            # As after a start: what is forgotten is deleted with what is delivered next.
            if len(self._delivered) > MAX_DELIVERED:
                self._delivered.popitem(last=False)

    def acknowledge(
        self, user_id: str, device_id: str, since: SyncToken
    ) -> asyncio.Future[None] | None:
        """To be awaited before the answer: who asks from the beginning gets them no more."""
        device = (user_id, device_id)
        has = since.inbox_pos or since.pos
        if self._delivered.get(device, has + 1) > has:
            return None
        del self._delivered[device]
        task = asyncio.ensure_future(
            self._log.submit(lambda tx: inbox.acknowledge(tx, user_id, device_id, has))
        )
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return asyncio.shield(task)


def _read_of_person(
    tx: ReadTx, user_id: str, room_ids: list[str], upto: int
) -> tuple[frozenset[str], dict[str, unread.UnreadBase]]:
    """Whom they ignore, and what they have not read."""
    return ignored_by(tx, user_id), unread.bases(tx, user_id, room_ids, upto)


async def _wait(waiter: asyncio.Future[None], timeout_ms: int) -> None:
    loop = asyncio.get_running_loop()
    timer = loop.call_later(timeout_ms / 1000, _resolve, waiter)
    WAITING_SYNCS.inc()
    try:
        await waiter
    finally:
        WAITING_SYNCS.dec()
        timer.cancel()


def _resolve(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
