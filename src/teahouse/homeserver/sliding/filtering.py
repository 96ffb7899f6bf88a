"""Which rooms a list holds.

Source: MSC4186, "SlidingRoomFilter"
"""

from __future__ import annotations

from collections.abc import Sequence

from teahouse.homeserver.sliding.asked import Filters, ListAsked
from teahouse.homeserver.sliding.facts import Facts
from teahouse.homeserver.sliding.own_list import OwnRoom


def filtered(rooms: Sequence[OwnRoom], filters: Filters, facts: Facts) -> list[OwnRoom]:
    if filters == Filters():
        return list(rooms)
    return [room for room in rooms if _passes(room, filters, facts)]


def in_ranges(rooms: Sequence[OwnRoom], asked: ListAsked) -> list[OwnRoom]:
    """In order, each once."""
    if asked.ranges is None:
        return list(rooms)
    places = {
        place for first, last in asked.ranges for place in range(len(rooms))[first : last + 1]
    }
    return [rooms[place] for place in sorted(places)]


def _passes(room: OwnRoom, filters: Filters, facts: Facts) -> bool:
    return (
        filters.is_dm in (None, room.room_id in facts.direct)
        and filters.is_invite in (None, room.membership == "invite")
        and (filters.is_encrypted is None or filters.is_encrypted == facts.is_encrypted(room))
        and _passes_type(room, filters, facts)
        and _passes_tags(room, filters, facts)
        and _passes_spaces(room, filters, facts)
    )


def _passes_type(room: OwnRoom, filters: Filters, facts: Facts) -> bool:
    if filters.not_room_types is not None and facts.type(room) in filters.not_room_types:
        return False
    return filters.room_types is None or facts.type(room) in filters.room_types


def _passes_tags(room: OwnRoom, filters: Filters, facts: Facts) -> bool:
    if filters.not_tags is not None and not facts.tags(room.room_id).isdisjoint(filters.not_tags):
        return False
    return filters.tags is None or not facts.tags(room.room_id).isdisjoint(filters.tags)


def _passes_spaces(room: OwnRoom, filters: Filters, facts: Facts) -> bool:
    if filters.spaces is None:
        return True
    return any(room.room_id in facts.children(space_id) for space_id in filters.spaces)
