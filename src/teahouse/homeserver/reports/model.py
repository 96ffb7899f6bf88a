"""A report: who tells of what, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["event", "room", "user"]
Key = tuple[int, str, str, str]
"""When a report was made, by whom, its kind, and of what: their order."""

MAX_REPORTS = 1_000
"""By one person."""


@dataclass(frozen=True, slots=True)
class Report:
    user_id: str
    kind: Kind
    reported_id: str
    room_id: str | None
    """Of an event."""
    reason: str
    reported_at_ms: int

    @property
    def key(self) -> Key:
        return self.reported_at_ms, self.user_id, self.kind, self.reported_id
