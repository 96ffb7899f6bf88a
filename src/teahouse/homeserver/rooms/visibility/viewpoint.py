"""One reader's view of one room, for as long as a page is put together."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.rooms.members.membership_reads import memberships
from teahouse.homeserver.rooms.tables import FOREVER, room
from teahouse.homeserver.rooms.visibility.sight import Sight
from teahouse.homeserver.rooms.visibility.visibility_reads import sight
from teahouse.kit.database import ReadTx
from teahouse.kit.shards import shard_of

MAX_RANGES = 20
"""Of a history with more gaps, only the newest parts are looked at for related events."""


@dataclass(frozen=True, slots=True)
class Reader:
    """`ignored` are people whose messages the reader does not want."""

    user_id: str
    device_id: str
    ignored: frozenset[str] = frozenset()


class Viewpoint:
    def __init__(self, tx: ReadTx, reader: Reader, room_id: str, first_pos: int) -> None:
        """`first_pos` is that of the oldest event that is asked about."""
        self.tx = tx
        self.reader = reader
        self.room_id = room_id
        self._first_pos = first_pos
        self._own = memberships(tx, reader.user_id, room_id, first_pos - 1)
        self._past: dict[int, Sight] = {}
        self._starts = [interval.from_pos for interval in self._own]

    def membership_at(self, pos: int) -> str:
        """The reader's membership, what the event at `pos` changed included."""
        index = bisect_right(self._starts, pos) - 1
        return "leave" if index < 0 else self._own[index].membership

    def sees(self, pos: int) -> bool:
        return self._sight.sees(pos)

    def saw(self, pos: int, before: int) -> bool:
        """Whether the reader could see the event at `pos` by what was so at `before`."""
        if before not in self._past:
            self._past[before] = sight(self.tx, self.reader.user_id, self.room_id, upto=before)
        return self._past[before].sees(pos)

    @cached_property
    def room_version(self) -> str:
        found: str = self.tx.scalar(
            sa.select(room.c.version).where(
                room.c.shard == shard_of(self.room_id), room.c.room_id == self.room_id
            )
        )
        return found

    def sees_all_until(self, pos: int) -> bool:
        ranges = self._sight.ranges
        return bool(ranges) and ranges[0][0] == 0 and ranges[0][1] >= pos

    def sees_later(self, pos: sa.ColumnElement[Any]) -> tuple[sa.ColumnElement[bool], ...]:
        """Conditions for an event after the oldest to be one that the reader may see."""
        if self._is_in_the_room_since(self._first_pos):
            return ()
        ranges = list(self._sight.between(self._first_pos, FOREVER))[-MAX_RANGES:]
        return (sa.or_(sa.false(), *(pos.between(first, last) for first, last in ranges)),)

    def _is_in_the_room_since(self, pos: int) -> bool:
        if not self._own:
            return False
        newest = self._own[-1]
        is_in = newest.membership == "join" and newest.to_pos == FOREVER
        return is_in and newest.from_pos <= pos

    @cached_property
    def _sight(self) -> Sight:
        return sight(self.tx, self.reader.user_id, self.room_id)
