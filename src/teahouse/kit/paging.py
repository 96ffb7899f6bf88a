"""Tokens that clients page with: opaque to them, a place between two events to us.

A place is named by what lies before it: place 7 is after position 7 and before position 8.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from teahouse.kit.errors import Refused, invalid_param

_SYNC = re.compile(r"s([0-9]{1,18})(?:_([0-9]{1,18}))?", re.ASCII)
_PAGE = re.compile(r"t(-?[0-9]{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class SyncToken:
    """A place in the log; `inbox_pos` where the to-device messages were cut before it."""

    pos: int
    inbox_pos: int | None = None

    def __str__(self) -> str:
        return f"s{self.pos}" if self.inbox_pos is None else f"s{self.pos}_{self.inbox_pos}"

    @classmethod
    def parse(cls, text: str) -> SyncToken:
        """Errors: M_INVALID_PARAM."""
        match = _SYNC.fullmatch(text)
        if match is None:
            raise _unknown()
        return cls(int(match[1]), None if match[2] is None else int(match[2]))


@dataclass(frozen=True, slots=True)
class PageToken:
    """A place in a room's history, by `room_order`."""

    place: int

    def __str__(self) -> str:
        return f"t{self.place}"

    @classmethod
    def parse(cls, text: str) -> PageToken:
        """Sync's tokens name places in the history too. Errors: M_INVALID_PARAM."""
        match = _PAGE.fullmatch(text)
        return cls(SyncToken.parse(text).pos if match is None else int(match[1]))


def _unknown() -> Refused:
    return invalid_param("This token is not one of this server")
