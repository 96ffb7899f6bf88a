"""Puts together the next transaction of an application service, from the position it stands at.

Once it is written down, it stays as it is, however often it has to be sent.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson

from teahouse.homeserver.appservices import rendering, store
from teahouse.homeserver.appservices.feed import Feed
from teahouse.homeserver.appservices.news import News, Some
from teahouse.homeserver.appservices.registration import AppService
from teahouse.homeserver.appservices.store import Place, Transaction
from teahouse.homeserver.appservices.whereabouts import Whereabouts
from teahouse.homeserver.devices import inbox
from teahouse.homeserver.keys import counts, lists
from teahouse.homeserver.presence.service import Presences
from teahouse.homeserver.rooms.members import membership_reads
from teahouse.homeserver.rooms.timeline.happenings import Happening
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.log import LogWriter, WriteTx
from teahouse.kit.randomness import Randomness

MAX_EVENTS = 100
MAX_EVENT_BYTES = 512 << 10
"""Many services take at most 1 MiB. At least one event goes, however large."""

MAX_A_KIND = 100
MAX_MESSAGES = 100
MAX_MESSAGE_BYTES = 256 << 10


@dataclass(slots=True)
class Walk:
    """The events that concern the service, and who came to or left rooms where it has users."""

    upto: int
    events: list[Place] = field(default_factory=list)
    came: set[str] = field(default_factory=set)
    went: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Assembler:
    service: AppService
    feed: Feed
    news: News
    whereabouts: Whereabouts
    database: Database
    log: LogWriter
    randomness: Randomness
    presences: Presences

    async def next(self, pos: int) -> tuple[Transaction | None, int]:
        """The transaction after `pos`, durable; None when nothing until the position given with it
        concerns the service. Errors: Unavailable, and then nothing was taken.
        """
        self.whereabouts.trim()
        page = await self.feed.after(pos)
        some = self.news.take(MAX_A_KIND)
        try:
            await self.whereabouts.learn(_first_positions(page.happened))
            walk = self._walk(page.happened, page.upto)
            ephemeral = await self._ephemeral(some, walk.upto)
            changed = await self._device_lists(walk, pos)
            if not (walk.events or ephemeral or changed or some.inboxes or some.counts):
                return None, walk.upto

            def write(tx: WriteTx) -> tuple[Transaction | None, list[str]]:
                return self._write(tx, pos, walk, some, ephemeral, changed)

            transaction, unfinished = await self.log.submit(write)
        except BaseException:
            self.whereabouts.forget()
            self.news.put_back(some)
            raise
        self.news.put_back_inboxes(unfinished)
        return transaction, walk.upto

    def _walk(self, happened: Iterable[Happening], upto: int) -> Walk:
        walk, size_bytes = Walk(upto), 0
        for one in happened:
            concerned = self.whereabouts.concerns(one.room_id)
            is_own = one.member is not None and self.service.has_user(one.member)
            if concerned or is_own:
                size_bytes += one.size_bytes
                is_full = len(walk.events) == MAX_EVENTS or size_bytes > MAX_EVENT_BYTES
                if walk.events and is_full:
                    walk.upto = one.pos - 1
                    break
                walk.events.append((one.room_id, one.pos))
            if one.member is not None:
                self.whereabouts.follow(one)
                self._note(walk, one, is_own=is_own)
        return walk

    def _note(self, walk: Walk, one: Happening, *, is_own: bool) -> None:
        if one.member is None or is_own or not self.whereabouts.has_user_in(one.room_id):
            return
        (walk.came if one.membership == "join" else walk.went).add(one.member)

    async def _ephemeral(self, some: Some, upto: int) -> list[rendering.Json]:
        rooms = {moved.room_id for moved in some.receipts}
        rooms |= {changed.room_id for changed in some.typing}
        await self.whereabouts.learn(dict.fromkeys(rooms, upto + 1))
        concerns = self.whereabouts.concerns
        events = rendering.receipts(m for m in some.receipts if concerns(m.room_id))
        events += rendering.typing(t for t in some.typing if concerns(t.room_id))
        near = await self._near({said.user_id for said in some.presence}, upto, concerns)
        for said in some.presence:
            if said.user_id in near:
                content = self.presences.shown(said.user_id)
                events.append(rendering.presence(said.user_id, content))
        return events

    async def _device_lists(self, walk: Walk, after: int) -> dict[str, list[str]]:
        if not self.service.gets_encryption:
            return {}
        announced: set[str] = set()
        if self.feed.device_lists_pos > after:
            announced.update(await self.database.read(lists.changed_users, after, walk.upto))
        asked = announced | walk.came | walk.went
        sharing = await self._near(asked, walk.upto, self.whereabouts.has_user_in)
        changed, left = (announced | walk.came) & sharing, walk.went - sharing
        return {"changed": sorted(changed), "left": sorted(left)} if changed or left else {}

    async def _near(
        self, user_ids: Collection[str], upto: int, concerns: Callable[[str], bool]
    ) -> set[str]:
        """Those of the users who are the service's own, or in a room that concerns it."""
        near = {user_id for user_id in user_ids if self.service.has_user(user_id)}
        others = [user_id for user_id in user_ids if user_id not in near]
        if not others:
            return near
        rooms = await self.database.read(_rooms_of, others)
        far = [user for user in others if not any(map(concerns, rooms[user]))]
        unknown = {room_id for user_id in far for room_id in rooms[user_id]}
        await self.whereabouts.learn(dict.fromkeys(unknown, upto + 1))
        return near | {user for user in others if any(map(concerns, rooms[user]))}

    # in the log's thread

    def _write(
        self,
        tx: WriteTx,
        pos: int,
        walk: Walk,
        some: Some,
        ephemeral: list[rendering.Json],
        changed: dict[str, Any],
    ) -> tuple[Transaction | None, list[str]]:
        messages, devices, unfinished = _take_messages(tx, some.inboxes)
        if self.service.gets_encryption:
            devices |= set(some.counts)
        else:
            devices = set()
        left = {device: counts.counts(tx, *device) for device in sorted(devices)}
        rest = rendering.rest(self.service, ephemeral, messages, changed, left)
        if not walk.events and rest == b"{}":
            return None, unfinished
        transaction = Transaction(self.randomness.string(20), walk.upto, walk.events, rest)
        store.put(tx, self.service.id, pos, transaction)
        return transaction, unfinished


def _take_messages(
    tx: WriteTx, user_ids: Iterable[str]
) -> tuple[list[orjson.Fragment], set[tuple[str, str]], list[str]]:
    """The messages, the devices that they are for, and users who have more."""
    messages: list[orjson.Fragment] = []
    devices: set[tuple[str, str]] = set()
    unfinished: list[str] = []
    left_bytes = MAX_MESSAGE_BYTES
    for user_id in user_ids:
        if len(messages) >= MAX_MESSAGES or left_bytes <= 0:
            unfinished.append(user_id)
            continue
        taken, has_more = inbox.take(tx, user_id, MAX_MESSAGES - len(messages), left_bytes)
        for device_id, message in taken:
            messages.append(rendering.to_device(user_id, device_id, message))
            devices.add((user_id, device_id))
            left_bytes -= len(message)
        if has_more:
            unfinished.append(user_id)
    return messages, devices, unfinished


def _first_positions(happened: Iterable[Happening]) -> dict[str, int]:
    first: dict[str, int] = {}
    for one in happened:
        first.setdefault(one.room_id, one.pos)
    return first


def _rooms_of(tx: ReadTx, user_ids: Iterable[str]) -> dict[str, list[str]]:
    return {user_id: membership_reads.joined_rooms(tx, user_id) for user_id in user_ids}
