"""How many files and connections the process may have open."""

from __future__ import annotations

import resource

import structlog

log = structlog.get_logger(__name__)

ENOUGH = 1 << 20
SPARE = 100
"""For the database, files and what else is not a client's connection."""
SAID_AGAIN_MS = 60_000


def raise_limit() -> int:
    """As high as it may be; what it is then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = ENOUGH if hard == resource.RLIM_INFINITY else min(hard, ENOUGH)
    if soft == resource.RLIM_INFINITY or soft >= most:
        return most
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most


class Shortage:
    """Says in the log when connections come near to the limit, once a minute."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._said_ms = -SAID_AGAIN_MS

    def look(self, connections: int, now_ms: int) -> None:
        if connections + SPARE < self._most or now_ms - self._said_ms < SAID_AGAIN_MS:
            return
        self._said_ms = now_ms
        log.warning("open files run short", connections=connections, limit=self._most)
