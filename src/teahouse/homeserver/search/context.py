"""What was said around a result, as far as the reader may see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from teahouse.homeserver.rooms.state import state_reads
from teahouse.homeserver.rooms.timeline import history
from teahouse.homeserver.rooms.timeline.history import Stretch
from teahouse.homeserver.rooms.timeline.stored import StoredEvent
from teahouse.homeserver.rooms.visibility.standing import NOW
from teahouse.homeserver.rooms.visibility.viewpoint import Reader
from teahouse.homeserver.rooms.visibility.visibility_reads import sight
from teahouse.homeserver.search.query import MAX_CONTEXT, Context
from teahouse.kit.database import ReadTx
from teahouse.kit.paging import PageToken

PROFILE_FIELDS = ("displayname", "avatar_url")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The events nearest to the result come first."""

    found: StoredEvent
    before: Sequence[StoredEvent]
    after: Sequence[StoredEvent]
    start: int
    end: int

    @property
    def events(self) -> list[StoredEvent]:
        return [*self.before, self.found, *self.after]


def surroundings(tx: ReadTx, reader: Reader, found: StoredEvent, asked: Context) -> Surroundings:
    seen = sight(tx, reader.user_id, found.room_id)
    before = Stretch(found.room_order - 1, history.START, forward=False)
    after = Stretch(found.room_order, _end_of(tx, found.room_id), forward=True)

    def page(stretch: Stretch, most: int) -> history.Page:
        fetch = history.of_room(tx, found.room_id, stretch)
        most = min(most, MAX_CONTEXT)
        return history.page(fetch, seen, stretch, most, ignored=reader.ignored)

    earlier, later = page(before, asked.before_limit), page(after, asked.after_limit)
    return Surroundings(
        found,
        earlier.events,
        later.events,
        before.stop if earlier.next_place is None else earlier.next_place,
        after.stop if later.next_place is None else later.next_place,
    )


def shown(
    tx: ReadTx, around: Surroundings, asked: Context, bodies: Mapping[str, bytes]
) -> dict[str, Any]:
    """As the specification has it; `bodies` by event id."""
    context: dict[str, Any] = {
        "start": str(PageToken(around.start)),
        "end": str(PageToken(around.end)),
        "events_before": [orjson.Fragment(bodies[event.event_id]) for event in around.before],
        "events_after": [orjson.Fragment(bodies[event.event_id]) for event in around.after],
    }
    if asked.include_profile:
        context["profile_info"] = _profiles(tx, around.events)
    return context


def _end_of(tx: ReadTx, room_id: str) -> int:
    return tx.remembered(("end", room_id), lambda: history.end_of(tx, room_id, NOW))


def _profiles(tx: ReadTx, events: list[StoredEvent]) -> dict[str, dict[str, str]]:
    """Of who spoke, as they were then."""
    profiles = {}
    for member in state_reads.members_when_they_spoke(tx, events):
        content = state_reads.content(member)
        profiles[member.state_key or ""] = {
            name: content[name] for name in PROFILE_FIELDS if isinstance(content.get(name), str)
        }
    return profiles
