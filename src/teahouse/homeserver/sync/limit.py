"""How often a person may have everything, or nearly, read for them."""

from __future__ import annotations

from typing import NamedTuple

from teahouse.kit.http import Request
from teahouse.kit.limits import Limits

MANY_ROOMS = 100
"""A client that keeps up is never told of so many at once. One that asks with the same old token,
or shows as many in its windows, again and again, is.
"""


class Answered(NamedTuple):
    body: bytes
    rooms_read: int
    """From the database, for this answer."""


class SyncLimit:
    """Of one request: looked at before, and charged by what it turned out to take."""

    def __init__(self, limits: Limits, request: Request) -> None:
        self._limits = limits
        self._request = request

    def check(self, *, is_first: bool) -> None:
        """`is_first`: all rooms are read anew. Errors: M_LIMIT_EXCEEDED."""
        asking = self._request
        if asking.requester.is_unlimited:
            return
        self._limits.check_left("wide_sync", asking.user_id, asking.address)
        if is_first:
            self._limits.check("first_sync", asking.user_id, asking.address)

    def answered(self, answered: Answered) -> bytes:
        asking = self._request
        if answered.rooms_read > MANY_ROOMS and not asking.requester.is_unlimited:
            self._limits.charge("wide_sync", asking.user_id, asking.address)
        return answered.body
