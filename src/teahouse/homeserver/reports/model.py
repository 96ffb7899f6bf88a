"""A report: who tells of what, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["event", "room", "user"]

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
