"""The events that a search finds: by the index, then each looked at itself.

What the index says is only where to look. Whether the reader may see an event, whether it still
says so, and whether the filter lets it through is decided on the event.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from teahouse.homeserver.rooms.members.spans import MembershipSpan, forgotten_rooms, spans_at
from teahouse.homeserver.rooms.timeline import history, places
from teahouse.homeserver.rooms.timeline.stored import StoredEvent
from teahouse.homeserver.rooms.visibility.sight import Sight
from teahouse.homeserver.rooms.visibility.standing import NOW
from teahouse.homeserver.rooms.visibility.viewpoint import Reader
from teahouse.homeserver.rooms.visibility.visibility_reads import sight
from teahouse.homeserver.search import store
from teahouse.homeserver.search.query import BatchToken, RoomEvents
from teahouse.homeserver.search.texts import FIELDS, key_of, text_of
from teahouse.homeserver.search.words import Wanted
from teahouse.kit.database import ReadTx

MAX_LOOKED_AT = 1_000
"""Events that one request looks at, newest first; a page further on looks at older ones."""


@dataclass(frozen=True, slots=True)
class Match:
    event: StoredEvent
    text: str
    rank: float

    def group(self, key: str) -> str:
        return self.event.room_id if key == "room_id" else self.event.sender


@dataclass(frozen=True, slots=True)
class Found:
    """Matches in the order that was asked for."""

    matches: list[Match]
    older_before: int | None
    """There may be more before this position; None when everything was looked at."""


def find(tx: ReadTx, reader: Reader, asked: RoomEvents, start: BatchToken) -> Found:
    wanted = Wanted.of(asked.search_term)
    terms = wanted.terms
    rooms = _rooms(tx, reader.user_id, asked, start)
    if not terms or not rooms or asked.filter.passes_none:
        return Found([], None)
    where = store.newest(tx, rooms, terms, start.before, MAX_LOOKED_AT)
    seen = _Eyes(tx, reader.user_id, rooms)
    events = [e for e in places.at(tx, where) if seen.sees(e)]
    matches = list(_matches(events, asked, wanted, reader.ignored))
    if start.group is not None:
        key, value = start.group
        matches = [match for match in matches if match.group(key) == value]
    if asked.order_by == "recent":
        matches.sort(key=lambda match: -match.event.pos)
    else:
        # Alike: as they were said, so that an old room's come before those of the one after it.
        matches.sort(key=lambda match: (-match.rank, match.event.pos))
    is_cut = len(where) == MAX_LOOKED_AT
    return Found(matches, where[-1][1] if is_cut else None)


def _rooms(
    tx: ReadTx, user_id: str, asked: RoomEvents, start: BatchToken
) -> Mapping[str, MembershipSpan]:
    """Rooms that the user is in, or was put or went out of, and has not forgotten."""
    forgotten = forgotten_rooms(tx, user_id, NOW)
    only = start.group[1] if start.group is not None and start.group[0] == "room_id" else None
    return {
        span.room_id: span
        for span in spans_at(tx, user_id, NOW)
        if span.membership in ("join", "leave", "ban")
        and (span.membership == "join" or span.room_id not in forgotten)
        and asked.filter.passes_room(span.room_id)
        and only in (None, span.room_id)
    }


class _Eyes:
    """What one person sees in their rooms. For what came since they joined it asks nobody."""

    def __init__(self, tx: ReadTx, user_id: str, rooms: Mapping[str, MembershipSpan]) -> None:
        self._tx = tx
        self._user_id = user_id
        self._rooms = rooms
        self._sights: dict[tuple[str, int | None], Sight] = {}

    def sees(self, event: StoredEvent) -> bool:
        if event.erased_pos is not None:
            # Who came later sees it without what was said.
            return self._sight(event.room_id, event.erased_pos).sees(event.pos)
        span = self._rooms[event.room_id]
        if span.membership == "join" and event.pos >= span.from_pos:
            return True
        return self._sight(event.room_id, None).sees(event.pos)

    def _sight(self, room_id: str, upto: int | None) -> Sight:
        if (room_id, upto) not in self._sights:
            found = sight(self._tx, self._user_id, room_id, upto=upto)
            self._sights[room_id, upto] = found
        return self._sights[room_id, upto]


def _matches(
    events: Collection[StoredEvent],
    asked: RoomEvents,
    wanted: Wanted,
    ignored: Collection[str],
) -> Iterator[Match]:
    for event in events:
        if event.type not in FIELDS or event.is_redacted or history.is_said_by(event, ignored):
            continue
        if asked.keys is not None and key_of(event.type) not in asked.keys:
            continue
        if not history.passes(asked.filter, event):
            continue
        text = text_of(event.body)
        rank = wanted.rank(text)
        if rank is not None:
            yield Match(event, text, rank)
