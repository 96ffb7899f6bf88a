"""What the log's writer tells the readers in memory about receipts and typing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

READ = "m.read"
READ_PRIVATE = "m.read.private"


@dataclass(slots=True, frozen=True)
class ReceiptMoved:
    """`thread_id` is a root's event id, `main`, or empty for an unthreaded receipt."""

    room_id: str
    user_id: str
    receipt_type: str
    thread_id: str
    event_id: str
    event_pos: int
    ts_ms: int
    pos: int

    @property
    def is_private(self) -> bool:
        """Its owner's devices only are told."""
        return self.receipt_type == READ_PRIVATE

    def is_for(self, user_id: str) -> bool:
        """Whether this person may see it."""
        return not self.is_private or self.user_id == user_id


@dataclass(slots=True, frozen=True)
class TypingChanged:
    """Who types in a room now; empty when nobody does."""

    room_id: str
    user_ids: Sequence[str]
    pos: int
