"""What accounts need of application services: whose a token is, and which names are theirs."""

from __future__ import annotations

from typing import Protocol

from teahouse.kit.http import Requester, Service
from teahouse.kit.http.access import Query


class ServiceTokens(Protocol):
    def sender(self, token: str) -> Requester | None:
        """The service itself; None when the token is not a service's."""
        ...

    async def acting(self, token: str, query: Query) -> Requester | None:
        """As whom the query says. Errors: M_FORBIDDEN, M_UNKNOWN_DEVICE."""
        ...


class Names(Protocol):
    def check_user(self, maker: Service | None, user_id: str) -> None:
        """Whether a service, or who is none, may make this account. Errors: M_EXCLUSIVE."""
        ...
