"""The directory of published rooms: which match, in which order, a page of them.

The largest come first. A page begins or ends at a room's size and id, so that it stays where it
is when others come and go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.rooms.outside.room_summary import (
    RoomSummary,
    contents_of,
    room_type_of,
    summaries,
    words_of,
)
from teahouse.homeserver.rooms.tables import room
from teahouse.kit.database import ReadTx
from teahouse.kit.errors import invalid_param

SEARCHED = ("m.room.create", "m.room.name", "m.room.topic", "m.room.canonical_alias")

_TOKEN = re.compile(r"([nb])([0-9]{1,9})_(!.{1,254})", re.ASCII)

RoomsOfNetwork = Callable[[ReadTx], Sequence[str]]
"""Without repetitions; they may be gone, or never have been."""
SizesOf = Callable[[ReadTx, Sequence[str]], dict[str, int]]
"""How many are in each of the rooms; one that everyone has left has none."""

Key = tuple[int, str]
"""Minus the members, and the room: in the order of the list."""


@dataclass(frozen=True, slots=True)
class Place:
    """Before or after a room of the list."""

    backward: bool
    key: Key

    def __str__(self) -> str:
        return f"{'b' if self.backward else 'n'}{-self.key[0]}_{self.key[1]}"

    @classmethod
    def parse(cls, text: str) -> Place:
        """Errors: M_INVALID_PARAM."""
        match = _TOKEN.fullmatch(text)
        if match is None:
            raise invalid_param("This token is not one of this server")
        return cls(match[1] == "b", (-int(match[2]), match[3]))


@dataclass(frozen=True, slots=True)
class Wanted:
    limit: int
    since: Place | None = None
    term: str = ""
    room_types: frozenset[str | None] | None = None
    """None is a room without a type; no set at all, any room."""


class Listing(msgspec.Struct, omit_defaults=True):
    """The answer's body."""

    chunk: list[RoomSummary]
    total_room_count_estimate: int
    next_batch: str | None = None
    prev_batch: str | None = None


def listing(
    tx: ReadTx, wanted: Wanted, sizes_of: SizesOf, network: RoomsOfNetwork | None = None
) -> Listing:
    """Of the rooms that are published here, or of those of `network` in their place."""
    published = network(tx) if network is not None else published_rooms(tx)
    sizes = sizes_of(tx, published)
    # A room that everyone has left is nobody's to be published.
    inhabited = [room_id for room_id in published if room_id in sizes]
    matching = _matching(tx, inhabited, wanted)
    keys = sorted((-sizes[room_id], room_id) for room_id in matching)
    first, last = _cut(keys, wanted)
    page = keys[first:last]
    found = summaries(tx, [room_id for _, room_id in page], counted=False)
    return Listing(
        chunk=[_for_anyone(found[room_id], sizes[room_id]) for _, room_id in page],
        total_room_count_estimate=len(inhabited),
        next_batch=str(Place(False, page[-1])) if page and last < len(keys) else None,
        prev_batch=str(Place(True, page[0])) if page and first > 0 else None,
    )


def listed_among(tx: ReadTx, room_ids: Sequence[str]) -> set[str]:
    """Those of the rooms that are published."""
    return set(room_ids) & set(published_rooms(tx)) if room_ids else set()


def _cut(keys: Sequence[Key], wanted: Wanted) -> tuple[int, int]:
    since, limit = wanted.since, wanted.limit
    if since is None:
        return 0, min(limit, len(keys))
    if since.backward:
        last = sum(key < since.key for key in keys)
        return max(0, last - limit), last
    first = sum(key <= since.key for key in keys)
    return first, min(first + limit, len(keys))


def published_rooms(tx: ReadTx) -> list[str]:
    return list(tx.scalars(sa.select(room.c.room_id).where(room.c.published)))


def _matching(tx: ReadTx, room_ids: Sequence[str], wanted: Wanted) -> Sequence[str]:
    if not wanted.term and wanted.room_types is None:
        return room_ids
    term = wanted.term.casefold()
    contents = contents_of(tx, room_ids, SEARCHED)
    return [
        room_id
        for room_id in room_ids
        if (wanted.room_types is None or room_type_of(contents[room_id]) in wanted.room_types)
        and (not term or any(term in word.casefold() for word in words_of(contents[room_id])))
    ]


def _for_anyone(summary: RoomSummary, size: int) -> RoomSummary:
    """Without what the directory has no field for."""
    return msgspec.structs.replace(
        summary,
        num_joined_members=size,
        room_version=None,
        encryption=None,
        allowed_room_ids=(),
    )
