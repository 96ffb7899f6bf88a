"""A route is data: what is called, by whom, and what answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from teahouse.kit.http.access import Access
from teahouse.kit.http.request import Request

Handler = Callable[[Request], Awaitable[Any]]

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Route:
    """`path` names its parts in braces; each matches one raw segment (`%2F` stays inside).

    `handler` returns what the answer's body is: ready JSON as bytes, anything msgspec encodes, a
    `Reply`, or a `FileReply`. It is named after the specification's operation.
    `limit` names a rate limit of `kit.limits`; None means the general one.
    """

    method: str
    path: str
    handler: Handler
    access: Access = Access.USER
    limit: str | None = None
    max_body_bytes: int = MIB
    when_suspended: bool = True
    """Whether an account may call it while it is suspended; a handler may ask for more."""
    when_locked: bool = False

    @property
    def operation(self) -> str:
        return self.handler.__name__
