"""How many connections come from where."""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Sequence

from teahouse.kit.errors import limit_exceeded
from teahouse.kit.limits import network_of
from teahouse.kit.metrics import LIMITED

MAX_CONNECTIONS = 1000
"""Of one address, or of one /64."""
RETRY_MS = 10_000

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Crowd:
    def __init__(self, trusted: Sequence[Network] = (), *, enabled: bool = True) -> None:
        """Proxies among `trusted` bring the connections of many people."""
        self._trusted = trusted
        self._enabled = enabled
        self._connections: Counter[str] = Counter()

    def network(self, client: tuple[str, int] | None) -> str:
        """What counts as one; empty for what is not counted."""
        if client is None or not self._enabled or self._is_trusted(client[0]):
            return ""
        return network_of(client[0])

    def enter(self, network: str) -> None:
        """Errors: M_LIMIT_EXCEEDED; whoever is refused leaves like others."""
        if not network:
            return
        self._connections[network] += 1
        if self._connections[network] > MAX_CONNECTIONS:
            LIMITED.labels("connections").inc()
            raise limit_exceeded(RETRY_MS)

    def leave(self, network: str) -> None:
        if not network:
            return
        self._connections[network] -= 1
        if not self._connections[network]:
            del self._connections[network]

    def _is_trusted(self, host: str) -> bool:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        return any(address in network for network in self._trusted)


def networks_in(listed: str) -> list[Network]:
    """Of addresses and networks, separated by commas; names are none."""
    found = []
    for one in filter(None, (part.strip() for part in listed.split(","))):
        try:
            found.append(ipaddress.ip_network(one))
        except ValueError:
            continue
    return found
