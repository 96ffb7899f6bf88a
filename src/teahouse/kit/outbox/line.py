"""Whose turn it is among the queues of one kind.

Holders are served in turn, a queue each, and have a share of what is sent from at once: whoever
has many receivers, or slow ones, keeps their own waiting and nobody else's.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

MAX_SENDING = 128
"""Queues of a kind that are sent from at once."""
MAX_READY = 10_000


class Line:
    def __init__(self, share: int, holder_of: Callable[[str], str]) -> None:
        self._share = share
        self._holder_of = holder_of
        self._ready: OrderedDict[str, OrderedDict[str, None]] = OrderedDict()
        """By holder, in the order of their turns."""
        self._ready_count = 0
        self._taken: dict[str, set[str]] = {}
        self._taken_count = 0

    def __len__(self) -> int:
        """Queues that wait for their turn."""
        return self._ready_count

    def add(self, queue: str) -> bool:
        """It may have something to send, also while it is being sent from. False: no room."""
        if self._ready_count >= MAX_READY:
            return False
        own = self._ready.setdefault(self._holder_of(queue), OrderedDict())
        self._ready_count += queue not in own
        own[queue] = None
        return True

    def remove(self, queue: str) -> None:
        holder = self._holder_of(queue)
        own = self._ready.get(holder, OrderedDict())
        if queue not in own:
            return
        del own[queue]
        self._ready_count -= 1
        if not own:
            del self._ready[holder]

    def take(self) -> str | None:
        """The queue that is sent from next, until `done` is said of it."""
        if self._taken_count >= MAX_SENDING:
            return None
        # Each holder who is passed over is being sent from: they are few.
        for holder, own in self._ready.items():
            taken = self._taken.get(holder, set())
            queue = next((queue for queue in own if queue not in taken), None)
            if queue is not None and len(taken) < self._share:
                self._begin(holder, queue)
                return queue
        return None

    def _begin(self, holder: str, queue: str) -> None:
        self._ready.move_to_end(holder)
        self.remove(queue)
        self._taken.setdefault(holder, set()).add(queue)
        self._taken_count += 1

    def done(self, queue: str) -> None:
        holder = self._holder_of(queue)
        taken = self._taken[holder]
        taken.remove(queue)
        self._taken_count -= 1
        if not taken:
            del self._taken[holder]
