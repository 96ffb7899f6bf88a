"""What the owner of a kind of queue says: how a batch is sent, and how long that is tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from teahouse.kit.log import WriteTx
from teahouse.kit.outbox.item import Item

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


@dataclass(frozen=True, slots=True)
class Policy:
    """A queue is dead when its oldest item failed `max_attempts` times, or is `max_age_ms` old
    and failed; None: never. `max_rows`: of a queue that fails, only the newest are kept.
    `share`: queues of one holder that are sent from at once."""

    first_retry_ms: int = 2_000
    max_retry_ms: int = HOUR_MS
    max_attempts: int | None = None
    max_age_ms: int | None = DAY_MS
    max_rows: int = 10_000
    batch: int = 1
    share: int = 4

    def retry_in_ms(self, attempts: int, spread: float, asked_ms: int = 0) -> int:
        """Doubles with each failure; spread, so that those who failed together come apart.

        `attempts`: how many have failed, at least 1. `spread`: from 0 to 1, another each time.
        `asked_ms`: what the receiver asked for.
        """
        doubled = self.first_retry_ms << min(attempts - 1, 40)
        whole = min(self.max_retry_ms, max(doubled, asked_ms))
        return max(min(asked_ms, whole), whole - int(spread * whole / 2))

    def gives_up(self, attempts: int, age_ms: int) -> bool:
        too_often = self.max_attempts is not None and attempts >= self.max_attempts
        return too_often or (self.max_age_ms is not None and age_ms >= self.max_age_ms)


class NotSent(Exception):
    """To be tried again later, not before `retry_after_ms`."""

    def __init__(self, reason: str, retry_after_ms: int = 0) -> None:
        super().__init__(reason)
        self.retry_after_ms = retry_after_ms


class Owner(Protocol):
    @property
    def policy(self) -> Policy: ...

    def holder(self, queue: str) -> str:
        """Whose the queue is: they have a share of what is sent at once, and not more."""
        ...

    async def send(self, batch: Sequence[Item]) -> None:
        """Sends items of one queue, oldest first. Errors: NotSent, when it is to be repeated."""
        ...

    def dead(self, tx: WriteTx, queue: str) -> None:
        """In the transaction that deletes the queue, which could not be sent for too long."""
        ...
