"""What was said around a result, as far as the reader may see it."""

from __future__ import annotations

from typing import Any

import orjson

from teahouse.homeserver.rooms import history, state_reads
from teahouse.homeserver.rooms.history import Stretch
from teahouse.homeserver.rooms.render import render
from teahouse.homeserver.rooms.standing import NOW
from teahouse.homeserver.rooms.stored import StoredEvent
from teahouse.homeserver.rooms.viewpoint import Reader
from teahouse.homeserver.rooms.visibility_reads import sight
from teahouse.homeserver.search.query import MAX_CONTEXT, Context
from teahouse.kit.database import ReadTx
from teahouse.kit.paging import PageToken

PROFILE_FIELDS = ("displayname", "avatar_url")


def context(
    tx: ReadTx, reader: Reader, now_ms: int, found: StoredEvent, asked: Context
) -> dict[str, Any]:
    seen = sight(tx, reader.user_id, found.room_id)
    before = Stretch(found.room_order - 1, history.START, forward=False)
    after = Stretch(found.room_order, history.end_of(tx, found.room_id, NOW), forward=True)

    def page(stretch: Stretch, most: int) -> history.Page:
        fetch = history.of_room(tx, found.room_id, stretch)
        most = min(most, MAX_CONTEXT)
        return history.page(fetch, seen, stretch, most, ignored=reader.ignored)

    earlier, later = page(before, asked.before_limit), page(after, asked.after_limit)
    start = before.stop if earlier.next_place is None else earlier.next_place
    end = after.stop if later.next_place is None else later.next_place
    shown: dict[str, Any] = {
        "start": str(PageToken(start)),
        "end": str(PageToken(end)),
        "events_before": [
            orjson.Fragment(body) for body in render(tx, reader, earlier.events, now_ms)
        ],
        "events_after": [
            orjson.Fragment(body) for body in render(tx, reader, later.events, now_ms)
        ],
    }
    if asked.include_profile:
        shown["profile_info"] = _profiles(tx, [*earlier.events, found, *later.events])
    return shown


def _profiles(tx: ReadTx, events: list[StoredEvent]) -> dict[str, dict[str, str]]:
    """Of who spoke, as they were then."""
    profiles = {}
    for member in state_reads.members_when_they_spoke(tx, events):
        content = state_reads.content(member)
        profiles[member.state_key or ""] = {
            name: content[name] for name in PROFILE_FIELDS if isinstance(content.get(name), str)
        }
    return profiles
