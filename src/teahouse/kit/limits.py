"""Rate limits: token buckets by user, or by address where nobody is signed in.

Memory is bounded: the bucket that was touched longest ago makes room. A forgotten bucket is a full
one, which is what an idle one has become anyway.
"""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass

from teahouse.kit.clock import Clock
from teahouse.kit.errors import Refused, limit_exceeded
from teahouse.kit.metrics import LIMITED

MAX_BUCKETS = 100_000


@dataclass(frozen=True, slots=True)
class Limit:
    """`burst` at once, `per_second` on average."""

    per_second: float
    burst: int


GENERAL = "general"
LIMITS = {
    GENERAL: Limit(50, 500),
    "login": Limit(0.2, 10),
    "guess": Limit(0.2, 10),
    "guesses": Limit(1 / 36, 100),
    "reauthentication": Limit(0.2, 10),
    "register": Limit(0.1, 10),
    "profile": Limit(0.1, 10),
    "send": Limit(10, 100),
    "room": Limit(1, 30),
    "invite": Limit(2, 50),
    "media": Limit(20, 300),
    "preview": Limit(1, 30),
    "directory": Limit(2, 30),
    "search": Limit(1, 20),
    "first_sync": Limit(0.2, 20),
    "wide_sync": Limit(0.2, 20),
    "unknown_token": Limit(5, 200),
    "mail": Limit(0.05, 20),
    "mailbox": Limit(1 / 600, 5),
    "login_token": Limit(1 / 60, 10),
    "openid": Limit(0.2, 30),
}


class Limits:
    def __init__(self, clock: Clock, *, enabled: bool = True) -> None:
        self._clock = clock
        self._enabled = enabled
        self._buckets: OrderedDict[tuple[str, str], tuple[float, int]] = OrderedDict()

    @property
    def kept(self) -> int:
        """Buckets in memory."""
        return len(self._buckets)

    def check(self, name: str | None, who: str, address: str) -> None:
        """Takes one token of the limit `name`, of `who` or else of the address's network.

        Errors: M_LIMIT_EXCEEDED with retry_after_ms.
        """
        if self._enabled:
            self._take(name or GENERAL, who or network_of(address))

    def give_back(self, name: str, user_id: str, address: str) -> None:
        """What `check` took for something that was not what the limit is there for."""
        key = (name, user_id or network_of(address))
        if key in self._buckets:
            tokens, then_ms = self._buckets[key]
            self._buckets[key] = (min(LIMITS[name].burst, tokens + 1), then_ms)

    def check_left(self, name: str, user_id: str, address: str) -> None:
        """As `check` for what only turns out later to be what the limit is there for: `charge`.

        Takes nothing.
        """
        if self._enabled:
            self._take(name, user_id or network_of(address), 0)

    def charge(self, name: str, user_id: str, address: str) -> None:
        """Takes a token for what was let through, if there is one still."""
        if self._enabled:
            with suppress(Refused):
                self._take(name, user_id or network_of(address))

    def _take(self, name: str, who: str, taken: int = 1) -> None:
        limit = LIMITS[name]
        now_ms = self._clock.monotonic_ms()
        tokens, then_ms = self._buckets.pop((name, who), (float(limit.burst), now_ms))
        tokens = min(limit.burst, tokens + (now_ms - then_ms) * limit.per_second / 1000)
        allowed = tokens >= 1
        self._buckets[(name, who)] = (tokens - taken if allowed else tokens, now_ms)
        if len(self._buckets) > MAX_BUCKETS:
            self._buckets.popitem(last=False)
        if not allowed:
            LIMITED.labels(name).inc()
            raise limit_exceeded(int((1 - tokens) * 1000 / limit.per_second) + 1)


def network_of(address: str) -> str:
    """An IPv4 address as it is; an IPv6 one by its /64, which one customer usually has."""
    return _network(address, 32, 64)


def neighbourhood_of(address: str) -> str:
    """The /24 or /48, all of which one customer may have."""
    return _network(address, 24, 48)


def _network(address: str, bits_of_4: int, bits_of_6: int) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        parsed = parsed.ipv4_mapped or parsed
    bits = bits_of_4 if parsed.version == 4 else bits_of_6
    if bits == parsed.max_prefixlen:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, bits), strict=False))
