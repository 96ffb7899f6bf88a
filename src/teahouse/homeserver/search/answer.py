"""The answer to a search: one page of what was found, as clients are shown it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from teahouse.homeserver.rooms.state import state_reads
from teahouse.homeserver.rooms.timeline.render import render, with_user_id
from teahouse.homeserver.rooms.timeline.stored import StoredEvent
from teahouse.homeserver.rooms.visibility.standing import access_room
from teahouse.homeserver.rooms.visibility.viewpoint import Reader
from teahouse.homeserver.search.context import Surroundings, shown, surroundings
from teahouse.homeserver.search.finding import Found, Match, find
from teahouse.homeserver.search.query import BatchToken, RoomEvents
from teahouse.homeserver.search.words import Wanted
from teahouse.kit.database import ReadTx


@dataclass(frozen=True, slots=True)
class Page:
    """Of the matches from `start` on."""

    start: BatchToken
    found: Found
    end: int

    @property
    def matches(self) -> list[Match]:
        return self.found.matches[self.start.offset : self.end]

    def next_batch(self) -> BatchToken | None:
        """A full page has one, be it of nothing: clients ask on until there is none."""
        older = self._older(self.start.group)
        last = len(self.found.matches)
        if self.end < last or (self.end == last and older is None):
            return BatchToken(self.start.before, self.end, self.start.group)
        return older

    def next_in_group(self, key: str, value: str) -> BatchToken | None:
        """After those of the group that this page and the ones before it had."""
        if self.start.group not in (None, (key, value)):
            return None
        of_group = [match.group(key) == value for match in self.found.matches]
        shown = sum(of_group[: self.end])
        if shown < sum(of_group):
            return BatchToken(self.start.before, shown, (key, value))
        return self._older((key, value))

    def _older(self, group: tuple[str, str] | None) -> BatchToken | None:
        before = self.found.older_before
        return None if before is None else BatchToken(before, 0, group)


def search(
    tx: ReadTx, reader: Reader, now_ms: int, asked: RoomEvents, start: BatchToken
) -> dict[str, Any]:
    """The value of `room_events`."""
    found = find(tx, reader, asked, start)
    page = Page(start, found, start.offset + asked.limit)
    next_batch = page.next_batch()
    answer: dict[str, Any] = {
        "count": len(found.matches),
        "highlights": _highlights(asked, page.matches),
        "results": _results(tx, reader, now_ms, asked, page.matches),
    }
    if next_batch is not None:
        answer["next_batch"] = str(next_batch)
    if asked.group_keys:
        answer["groups"] = {key: _groups(page, key) for key in asked.group_keys}
    if asked.include_state:
        answer["state"] = _state(tx, reader, now_ms, page.matches)
    return answer


def _highlights(asked: RoomEvents, matches: Sequence[Match]) -> list[str]:
    wanted = Wanted.of(asked.search_term)
    return sorted(set().union(*(wanted.words_in(match.text) for match in matches)))


def _results(
    tx: ReadTx, reader: Reader, now_ms: int, asked: RoomEvents, matches: Sequence[Match]
) -> list[dict[str, Any]]:
    events = [match.event for match in matches]
    context = asked.event_context
    around: dict[str, Surroundings] = {}
    if context is not None:
        around = {event.event_id: surroundings(tx, reader, event, context) for event in events}
    bodies = _bodies(tx, reader, now_ms, [*events, *_beside(around.values())])
    results = []
    for match in matches:
        event_id = match.event.event_id
        body = with_user_id(bodies[event_id], match.event.sender)
        result: dict[str, Any] = {"rank": match.rank, "result": orjson.Fragment(body)}
        if context is not None:
            result["context"] = shown(tx, around[event_id], context, bodies)
        results.append(result)
    return results


def _beside(around: Iterable[Surroundings]) -> Iterator[StoredEvent]:
    for one in around:
        yield from one.before
        yield from one.after


def _bodies(
    tx: ReadTx, reader: Reader, now_ms: int, events: Iterable[StoredEvent]
) -> dict[str, bytes]:
    """By event id; those of a room are rendered together."""
    by_room: defaultdict[str, dict[str, StoredEvent]] = defaultdict(dict)
    for event in events:
        by_room[event.room_id][event.event_id] = event
    return {
        event_id: body
        for of_room in by_room.values()
        for event_id, body in zip(
            of_room, render(tx, reader, list(of_room.values()), now_ms), strict=True
        )
    }


def _groups(page: Page, key: str) -> dict[str, dict[str, Any]]:
    results: defaultdict[str, list[str]] = defaultdict(list)
    for match in page.matches:
        results[match.group(key)].append(match.event.event_id)
    groups: dict[str, dict[str, Any]] = {}
    for order, (value, event_ids) in enumerate(results.items(), 1):
        groups[value] = {"order": order, "results": event_ids}
        following = page.next_in_group(key, value)
        if following is not None:
            groups[value]["next_batch"] = str(following)
    return groups


def _state(
    tx: ReadTx, reader: Reader, now_ms: int, matches: Sequence[Match]
) -> dict[str, list[orjson.Fragment]]:
    """As of now, or of when the reader left."""
    state = {}
    for room_id in Counter(match.event.room_id for match in matches):
        upto = access_room(tx, reader.user_id, room_id).upto
        events = state_reads.state_at(tx, room_id, upto)
        state[room_id] = [orjson.Fragment(b) for b in render(tx, reader, events, now_ms)]
    return state
