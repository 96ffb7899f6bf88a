"""One answer, read from one snapshot of the database, bounded by a position."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from teahouse.homeserver.accountdata.service import AccountData
from teahouse.homeserver.push import unread
from teahouse.homeserver.push.ignoring import ignored_by
from teahouse.homeserver.push.unread import Unread
from teahouse.homeserver.receipts import service as receipts
from teahouse.homeserver.rooms.members.spans import MembershipSpan
from teahouse.homeserver.rooms.state import activity
from teahouse.homeserver.sliding import rendering, room_part, store
from teahouse.homeserver.sliding.asked import Asked, ListAsked, RoomWish, combined
from teahouse.homeserver.sliding.extensions import ExtensionReader
from teahouse.homeserver.sliding.facts import Facts
from teahouse.homeserver.sliding.filtering import filtered, in_ranges
from teahouse.homeserver.sliding.members import SentMembers
from teahouse.homeserver.sliding.own_list import (
    OwnMemberships,
    OwnRoom,
    own_list,
    own_memberships,
)
from teahouse.homeserver.sliding.rendering import ListShown, RoomShown
from teahouse.homeserver.sliding.room_part import Window
from teahouse.homeserver.sliding.sent import OF_EXTENSIONS, Has, Sending, Sent, SentRoom
from teahouse.kit.database import ReadTx


@dataclass(slots=True)
class Answer:
    upto: int
    base: Sent
    own: OwnMemberships | None = None
    """What was known or read of the person's rooms."""
    sent: Sent = field(default_factory=Sent)
    """What the client has once it has this answer."""
    lists: dict[str, ListShown] = field(default_factory=dict)
    rooms: dict[str, RoomShown] = field(default_factory=dict)
    extensions: dict[str, Any] = field(default_factory=dict)
    has_news: bool = False
    members: dict[str, frozenset[str]] = field(default_factory=dict)
    """Lazily loaded ones that this answer holds, by room."""
    members_afresh: set[str] = field(default_factory=set)
    acknowledges: bool = False
    """The request shows that messages which still wait for the device have arrived."""


@dataclass(slots=True)
class InSight:
    """A room that the request asks for."""

    room: OwnRoom
    wishes: list[RoomWish] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    is_subscribed: bool = False


class SnapshotReader:
    """Reads one answer; lives as long as its transaction."""

    def __init__(
        self,
        tx: ReadTx,
        asked: Asked,
        upto: int,
        now_ms: int,
        members: SentMembers,
        accountdata: AccountData,
        known: OwnMemberships | None,
    ) -> None:
        """`known`: the person's memberships as of `upto`; None where they are to be read."""
        self._tx = tx
        self._asked = asked
        self._upto = upto
        self._now_ms = now_ms
        self._members = members
        self._accountdata = accountdata
        token = asked.token
        base = Sent() if token is None else store.sent_with(tx, asked.connection, token.generation)
        self._base = base
        self._ignored = ignored_by(tx, asked.user_id)
        own = known or own_memberships(tx, asked.user_id, upto)
        self._rooms = own_list(tx, asked.user_id, own, base.rooms, self._is_hidden)
        self._facts = Facts(tx, asked.user_id, self._rooms, upto, accountdata)
        self._answer = Answer(upto, base, own)
        self._sending = Sending(base)
        self._initial: set[str] = set()
        """Inside rooms of which the client has nothing."""

    def _is_hidden(self, span: MembershipSpan) -> bool:
        if span.sender in self._ignored:
            return True
        hides = self._accountdata.invite_permissions.hides
        return span.membership == "invite" and hides(self._tx, self._asked.user_id, span.sender)

    def read(self) -> Answer:
        in_sight = self._look()
        read_on = self._read_on()
        news = [seen for seen in in_sight.values() if self._has_news(seen, read_on)]
        self._show(news)
        extensions = self._extend(in_sight)
        self._fall_behind(in_sight, read_on)
        self._answer.sent = self._sending.done(extensions.had_from_the_beginning())
        self._answer.has_news = extensions.has_news or bool(self._answer.rooms)
        return self._answer

    def _extend(self, in_sight: dict[str, InSight]) -> ExtensionReader:
        extensions = ExtensionReader(
            self._tx, self._asked, self._base, self._upto, self._accountdata
        )
        for room_id, seen in in_sight.items():
            if seen.room.is_joined:
                after = 0 if room_id in self._initial else self._after_answered(room_id)
                has = extensions.add(room_id, seen.lists, seen.is_subscribed, after)
                self._sending.mark(room_id, has)
        moved = takewhile(lambda room: room.moved_pos > self._asked.after, self._rooms)
        self._answer.extensions = extensions.read(
            {room.room_id for room in moved if room.is_joined}
        )
        self._answer.acknowledges = extensions.acknowledges
        return extensions

    def _after_answered(self, room_id: str) -> int:
        lag = self._base.rooms[room_id].lag
        return self._asked.after if lag is None else lag

    # which rooms

    def _look(self) -> dict[str, InSight]:
        in_sight: dict[str, InSight] = {}
        for name, wanted in self._asked.lists.items():
            for room in self._list(name, wanted):
                seen = in_sight.setdefault(room.room_id, InSight(room))
                seen.wishes.append(wanted.wish)
                seen.lists.append(name)
        for room in self._rooms:
            wish = self._asked.subscriptions.get(room.room_id)
            if wish is not None:
                seen = in_sight.setdefault(room.room_id, InSight(room))
                seen.wishes.append(wish)
                seen.is_subscribed = True
        return in_sight

    def _list(self, name: str, wanted: ListAsked) -> list[OwnRoom]:
        rooms = filtered(self._rooms, wanted.filters, self._facts)
        self._answer.lists[name] = ListShown(
            len(rooms),
            [
                (first, last, [room.room_id for room in rooms[first : last + 1]])
                for first, last in wanted.ranges or ()
            ],
        )
        return in_ranges(rooms, wanted)

    def _read_on(self) -> set[str]:
        """Rooms whose unread counts changed without an event."""
        if self._asked.token is None:
            return set()
        return unread.changed_rooms(self._tx, self._asked.user_id, self._asked.after, self._upto)

    def _has_news(self, seen: InSight, read_on: set[str]) -> bool:
        room, before = seen.room, self._base.rooms.get(seen.room.room_id)
        if before is None or before.lag is not None:
            return True
        if room.moved_pos > self._asked.after or room.room_id in read_on:
            return True
        if not room.is_inside:
            return False
        wish = combined(seen.wishes)
        return (
            wish.timeline_limit > before.timeline_limit
            or any(wanted not in self._base.wishes[before.wishes] for wanted in wish.state)
            or bool(before.has & Has.DIRECT) != (room.room_id in self._facts.direct)
        )

    # what of them

    def _show(self, news: list[InSight]) -> None:
        inside = {seen.room.room_id: seen.room.upto for seen in news if seen.room.is_inside}
        bumps = activity.bump_positions(self._tx, inside)
        joined = [seen.room.room_id for seen in news if seen.room.is_joined]
        counts = unread.counts(self._tx, self._asked.user_id, joined, self._upto) if joined else {}
        for seen in news:
            room_id = seen.room.room_id
            stamp = bumps.get(room_id, seen.room.moved_pos)
            if not seen.room.is_joined:
                stamp = seen.room.span.from_pos
            shown = RoomShown(
                membership=seen.room.membership, bump_stamp=stamp, lists=list(seen.lists)
            )
            if seen.room.is_inside:
                self._inside(seen, shown, counts.get(room_id))
            else:
                self._outside(seen, shown)
            self._answer.rooms[room_id] = shown

    def _outside(self, seen: InSight, shown: RoomShown) -> None:
        room = seen.room
        rendering.fill_outside(self._tx, self._asked, room, shown, self._now_ms)
        if room.membership in ("leave", "ban"):
            self._sending.drop(room.room_id)
        else:
            self._sending.put(room.room_id, None, 0, (), Has.STRIPPED)

    def _inside(self, seen: InSight, shown: RoomShown, counts: Unread | None) -> None:
        room, room_id = seen.room, seen.room.room_id
        before = self._base.rooms.get(room_id)
        wish = combined(seen.wishes)
        window = self._window(room, wish, before)
        part = room_part.read(self._tx, window)
        is_direct = room_id in self._facts.direct
        was_direct = before is not None and bool(before.has & Has.DIRECT)
        shown.is_initial = window.is_initial
        if window.is_initial:
            self._initial.add(room_id)
        shown.is_dm = is_direct if is_direct or is_direct != was_direct else None
        rendering.fill(self._tx, self._asked, window, part, shown, self._now_ms)
        if counts is not None:
            shown.notification_count = counts.notification_count
            shown.highlight_count = counts.highlight_count
        self._answer.members[room_id] = part.lazy_members()
        if window.is_initial or part.is_limited:
            self._answer.members_afresh.add(room_id)
        if room.membership == "leave" and room.span.sender == self._asked.user_id:
            self._sending.drop(room_id)
            return
        limit = wish.timeline_limit
        if before is not None and not (window.is_initial or part.is_limited):
            limit = max(limit, before.timeline_limit)
        has = Has.DIRECT if is_direct else Has(0)
        self._sending.put(room_id, None, limit, wish.state, has)

    def _window(self, room: OwnRoom, wish: RoomWish, before: SentRoom | None) -> Window:
        after = self._after(room, before)
        had = self._base.wishes[before.wishes] if before is not None else ()
        return Window(
            user_id=self._asked.user_id,
            room_id=room.room_id,
            after=after,
            upto=room.upto,
            wish=wish,
            had=had,
            expands=before is not None and wish.timeline_limit > before.timeline_limit,
            known_members=self._members.known(self._asked.connection, room.room_id),
            ignored=self._ignored,
        )

    def _after(self, room: OwnRoom, before: SentRoom | None) -> int:
        """What the client has of the room; nothing, where the person came in anew."""
        if before is None or before.has & Has.STRIPPED:
            return 0
        after = self._asked.after if before.lag is None else before.lag
        if room.is_joined and room.span.from_pos > after:
            user_id = self._asked.user_id
            if not room_part.was_joined_throughout(self._tx, user_id, room.room_id, after):
                return 0
        return after

    # what is not in sight

    def _fall_behind(self, in_sight: dict[str, InSight], read_on: set[str]) -> None:
        """Notes from where on the client misses something of the rooms that it does not look at."""
        present = {room.room_id: room for room in self._rooms}
        for room_id in self._base.rooms.keys() - present.keys():
            self._sending.drop(room_id)
        behind = list(self._behind(in_sight))
        stirred = read_on | self._extended(behind)
        for room in behind:
            if room.moved_pos > self._asked.after or room.room_id in stirred:
                self._sending.fall_behind(room.room_id, self._asked.after)

    def _extended(self, rooms: Sequence[OwnRoom]) -> set[str]:
        """Rooms with news that an extension tells."""
        room_ids = [
            room.room_id
            for room in rooms
            if self._base.rooms[room.room_id].has & int(OF_EXTENSIONS)
        ]
        if not room_ids:
            return set()
        user_id, after, upto = self._asked.user_id, self._asked.after, self._upto
        private = self._accountdata.room_changes(self._tx, user_id, after, upto)
        ephemeral = receipts.ephemeral(self._tx, user_id, room_ids, after, upto)
        return private.keys() | ephemeral.keys()

    def _behind(self, in_sight: dict[str, InSight]) -> Iterator[OwnRoom]:
        for room in self._rooms:
            room_id = room.room_id
            before = self._base.rooms.get(room_id)
            if before is not None and before.lag is None and room_id not in in_sight:
                yield room
