"""What the log's writer tells of a person's presence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["online", "offline", "unavailable"]


@dataclass(slots=True, frozen=True)
class PresenceChanged:
    user_id: str
    presence: State
    status_msg: str | None
    pos: int
