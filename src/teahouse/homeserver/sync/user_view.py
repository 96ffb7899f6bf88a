"""What the readers keep of a person who is online: their rooms, and when what last changed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from teahouse.homeserver.sync.room_view import RoomView
from teahouse.kit.errors import Refused

ACCOUNT_DATA = "account_data"
MEMBERSHIP = "membership"
FORGOTTEN = "forgotten"


class UserView:
    __slots__ = (
        "has_read_ahead",
        "ignored",
        "known_from",
        "pending",
        "ready",
        "rooms",
        "touched",
        "user_id",
        "waiters",
    )

    def __init__(self, user_id: str, head: int) -> None:
        self.user_id = user_id
        self.known_from = head
        """Changes of the person's own data after this are in `touched`."""
        self.rooms: dict[str, RoomView] = {}
        """Joined rooms."""
        self.touched: dict[str, int] = {}
        """Newest position of each kind of change (`account_data`, `to_device`, `membership`)."""
        self.ignored: frozenset[str] | None = None
        """Whom the person does not want to hear of; None until it is read."""
        self.waiters: dict[asyncio.Future[None], str] = {}
        """The device of each, in the order in which they came, and are woken."""
        self.ready: asyncio.Future[None] | None = None
        """Resolved when the rooms are loaded; None afterwards."""
        self.has_read_ahead = False
        """Whether somebody has waited, so that what the first news needs was read."""
        self.pending: list[tuple[int, str, str]] = []
        """(pos, room_id, membership) that came while the rooms were being loaded."""

    def wake(self) -> None:
        wake(self.waiters)
        self.waiters.clear()

    def wake_others(self, device_id: str) -> list[asyncio.Future[None]]:
        """All but those of that device, which are returned."""
        left = [waiter for waiter, device in self.waiters.items() if device == device_id]
        wake(waiter for waiter, device in self.waiters.items() if device != device_id)
        self.waiters = dict.fromkeys(left, device_id)
        return left

    def refuse(self, error: Refused) -> None:
        """Answers those who wait with the error."""
        for waiter in self.waiters:
            if not waiter.done():
                waiter.set_exception(error)
                # Who has found news in the same moment never looks at it.
                waiter.exception()
        self.waiters.clear()

    def touch(self, kind: str, pos: int) -> None:
        self.touched[kind] = pos
        if kind == ACCOUNT_DATA:
            self.ignored = None

    def learn_ignored(self, ignored: frozenset[str], upto: int) -> None:
        """As read from a snapshot at `upto`."""
        if self.touched.get(ACCOUNT_DATA, 0) <= upto:
            self.ignored = ignored

    def joined_since(self, since: int) -> bool:
        """Whether the person may have come into a room."""
        return self.touched.get(MEMBERSHIP, 0) > since

    def touched_since(self, since: int) -> bool:
        return any(pos > since for pos in self.touched.values())


def wake(waiters: Iterable[asyncio.Future[None]]) -> None:
    for waiter in waiters:
        if not waiter.done():
            waiter.set_result(None)
