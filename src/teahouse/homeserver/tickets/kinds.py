"""What a ticket is good for, and for how long."""

from __future__ import annotations

import enum

MINUTE_MS = 60_000


class Kind(enum.Enum):
    LOGIN = "login"
    OPENID = "openid"

    @property
    def lifetime_ms(self) -> int:
        return {Kind.LOGIN: 5, Kind.OPENID: 60}[self] * MINUTE_MS

    @property
    def prefix(self) -> str:
        """Tells a leaked one's kind."""
        return {Kind.LOGIN: "thl", Kind.OPENID: "tho"}[self]
