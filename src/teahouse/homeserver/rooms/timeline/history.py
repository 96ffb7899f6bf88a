"""Pages of a room's history: what a person may see of it, in either direction.

Source: client-server API, GET /rooms/{roomId}/messages, /context/{eventId}
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from teahouse.homeserver.rooms.state.state_reads import content
from teahouse.homeserver.rooms.timeline import stored
from teahouse.homeserver.rooms.timeline.stored import StoredEvent
from teahouse.homeserver.rooms.visibility.sight import Sight
from teahouse.homeserver.rooms.writing.relations import relation_of
from teahouse.kit.database import ReadTx
from teahouse.protocol.filters import RoomEventFilter

MAX_LOOKED_AT = 2_000
"""Events that one request looks at for those that its filter lets through."""

MAX_STATEMENTS = 50
"""A history with more gaps than this on one page is continued on the next."""

FILTERED_BATCH = 100
"""Events that one statement fetches where a filter may drop many."""

START = 0
"""The place before everything."""

EVERYTHING = RoomEventFilter()

Fetch = Callable[[int, int, int], list[StoredEvent]]
"""(after, upto, size): the first `size` events with after < room_order <= upto, in order."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Of a room's history, from one place to another, in the direction of reading."""

    start: int
    stop: int
    forward: bool

    def ranges(self, sight: Sight) -> Iterator[tuple[int, int]]:
        """(after, upto) of each part that is seen."""
        if self.forward:
            parts = sight.between(self.start, self.stop)
        else:
            parts = reversed(list(sight.between(self.stop, self.start)))
        return ((first - 1, last) for first, last in parts)


@dataclass(frozen=True, slots=True)
class Page:
    """`next_place` is None when there is nothing more to see."""

    events: list[StoredEvent]
    next_place: int | None


def passes(wanted: RoomEventFilter, found: StoredEvent) -> bool:
    if wanted.passes_all:
        return True
    if not wanted.passes_relation(_rel_type(wanted, found)):
        return False
    has_url = wanted.contains_url is not None and isinstance(content(found).get("url"), str)
    return wanted.matches(found.type, found.sender, found.room_id, has_url)


def _rel_type(wanted: RoomEventFilter, found: StoredEvent) -> str | None:
    """How the event relates to another, when that matters."""
    if wanted.rel_types is None and not wanted.not_rel_types:
        return None
    related = relation_of(content(found))
    return None if related is None else related.rel_type


def is_said_by(found: StoredEvent, people: Collection[str]) -> bool:
    """State is not said: it is the room's, whoever set it."""
    return found.state_key is None and found.sender in people


def page(
    fetch: Fetch,
    sight: Sight,
    stretch: Stretch,
    limit: int,
    wanted: RoomEventFilter = EVERYTHING,
    *,
    ignored: Collection[str] = (),
) -> Page:
    """At most `limit` events of the stretch, without what `ignored` people said."""
    if wanted.passes_none:
        return Page([], None)
    size = limit + 1 if wanted.passes_all else max(limit + 1, FILTERED_BATCH)
    found: list[StoredEvent] = []
    place, looked_at = stretch.start, 0
    for statements, batch in enumerate(_batches(fetch, sight, stretch, size)):
        for candidate in batch:
            if passes(wanted, candidate) and not is_said_by(candidate, ignored):
                if len(found) == limit:
                    return Page(found, place)
                found.append(candidate)
            place = candidate.room_order - (0 if stretch.forward else 1)
        looked_at += len(batch)
        if looked_at >= MAX_LOOKED_AT or statements >= MAX_STATEMENTS:
            return Page(found, place)
    return Page(found, None)


def of_room(tx: ReadTx, room_id: str, stretch: Stretch) -> Fetch:
    """Everything that happened in the room."""
    return lambda after, upto, size: stored.between(
        tx, room_id, after, upto, size, forward=stretch.forward
    )


def end_of(tx: ReadTx, room_id: str, upto: int) -> int:
    """The place after the newest event that came until `upto`."""
    newest = stored.newest(tx, room_id, upto, 1)
    return newest[0].room_order if newest else START


def _batches(
    fetch: Fetch, sight: Sight, stretch: Stretch, size: int
) -> Iterator[list[StoredEvent]]:
    """What is seen of the stretch, a statement at a time."""
    for after, upto in stretch.ranges(sight):
        while True:
            batch = fetch(after, upto, size)
            yield batch
            if len(batch) < size:
                break
            if stretch.forward:
                after = batch[-1].room_order
            else:
                upto = batch[-1].room_order - 1
