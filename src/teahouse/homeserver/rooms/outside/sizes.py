"""How many people are in each published room, in the readers' memory.

The directory is open to anybody and ordered by size: without this each look at it would count all
members of all its rooms. Owned by the event loop; a membership that changes drops the room's count.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Final

from teahouse.homeserver.rooms.outside.room_summary import joined_counts
from teahouse.homeserver.rooms.published import EventAppended
from teahouse.kit.bus import Committed
from teahouse.kit.database import ReadTx
from teahouse.kit.log import LogWriter

MAX_ROOMS: Final = 20_000


class RoomSizes:
    """A count may be read while somebody comes: it is kept only when that is not known to have
    happened after the position that the reading began at."""

    def __init__(self, log: LogWriter) -> None:
        self._log = log
        self._sizes: OrderedDict[str, int] = OrderedDict()
        self._moved: OrderedDict[str, int] = OrderedDict()
        self._forgotten_pos = 0
        log.bus.listen(self.follow)

    def begin(self) -> Reading:
        return Reading(self._sizes, self._log.head)

    def end(self, reading: Reading) -> None:
        """Keeps what had to be counted."""
        for room_id, size in reading.counted.items():
            if max(self._forgotten_pos, self._moved.get(room_id, 0)) > reading.upto:
                continue
            self._sizes[room_id] = size
            if len(self._sizes) > MAX_ROOMS:
                self._sizes.popitem(last=False)

    def follow(self, committed: Committed) -> None:
        for item in committed.items:
            if isinstance(item, EventAppended) and item.membership is not None:
                self._drop(item.room_id, item.pos)

    def _drop(self, room_id: str, pos: int) -> None:
        self._sizes.pop(room_id, None)
        self._moved[room_id] = pos
        self._moved.move_to_end(room_id)
        if len(self._moved) > MAX_ROOMS:
            _, self._forgotten_pos = self._moved.popitem(last=False)


class Reading:
    """For one reading transaction, in its thread."""

    def __init__(self, known: Mapping[str, int], upto: int) -> None:
        self._known = known
        self.upto = upto
        self.counted: dict[str, int] = {}

    def sizes(self, tx: ReadTx, room_ids: Sequence[str]) -> dict[str, int]:
        """Of the rooms that anybody is in."""
        known = {room_id: self._known.get(room_id) for room_id in room_ids}
        missing = [room_id for room_id, size in known.items() if size is None]
        if missing:
            counts = joined_counts(tx, missing)
            self.counted = {room_id: counts.get(room_id, 0) for room_id in missing}
        return {room_id: size for room_id, size in (known | self.counted).items() if size}
