"""What a delayed event is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Wanted:
    """An event as its sender asks for it."""

    user_id: str
    room_id: str
    type: str
    state_key: str | None
    content: dict[str, Any]
    delay_ms: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """Sent when there is an event id, refused when there is an error, else cancelled."""

    at_ms: int
    event_id: str | None = None
    error: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Delayed:
    delay_id: str
    wanted: Wanted
    since_ms: int
    outcome: Outcome | None

    @property
    def send_at_ms(self) -> int:
        return self.since_ms + self.wanted.delay_ms


@dataclass(frozen=True, slots=True)
class Due:
    delay_id: str
    user_id: str


@dataclass(frozen=True, slots=True)
class DelayMoved:
    """Tells the worker: something is due then."""

    send_at_ms: int
