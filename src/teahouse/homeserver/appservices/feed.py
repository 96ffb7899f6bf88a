"""The log, as application services follow it: the newest part in memory, the rest by look-ups."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from teahouse.homeserver.keys.lists import KIND as DEVICE_LISTS
from teahouse.homeserver.rooms.published import EventAppended
from teahouse.homeserver.rooms.timeline import happenings
from teahouse.homeserver.rooms.timeline.happenings import Happening, happening
from teahouse.kit.bus import Committed
from teahouse.kit.database import Database
from teahouse.kit.log import LogWriter, Touched

MAX_KEPT = 20_000
"""Of a few hundred bytes each. Who is further behind reads the database."""

MOST = 1_000
"""In one page."""


@dataclass(frozen=True, slots=True)
class Page:
    """What happened after the position that was asked for; all of it until `upto`."""

    happened: list[Happening]
    upto: int


class Feed:
    """On the event loop."""

    def __init__(self, log: LogWriter, database: Database) -> None:
        self._log = log
        self._database = database
        self._kept: list[Happening] = []
        self._kept_after = 0
        self.device_lists_pos = 0
        """Of the newest change of anybody's devices, as far as it was seen."""

    def start(self) -> None:
        """What is in the log already is looked up, what comes now is kept."""
        self._kept_after = self.device_lists_pos = self._log.head

    def follow(self, committed: Committed) -> None:
        for item in committed.items:
            if type(item) is EventAppended:
                self._kept.append(happening(item))
            elif type(item) is Touched and item.kind == DEVICE_LISTS:
                self.device_lists_pos = item.pos
        if len(self._kept) > 2 * MAX_KEPT:
            self._kept_after = self._kept[-MAX_KEPT - 1].pos
            del self._kept[:-MAX_KEPT]

    @property
    def head(self) -> int:
        return self._log.head

    async def after(self, pos: int) -> Page:
        if pos >= self._kept_after:
            start = bisect_right(self._kept, pos, key=_pos)
            found = self._kept[start : start + MOST]
            return Page(found, found[-1].pos if len(found) == MOST else self._log.head)
        upto = self._log.head
        return Page(*await self._database.read(happenings.between, pos, upto, MOST))


def _pos(happened: Happening) -> int:
    return happened.pos
