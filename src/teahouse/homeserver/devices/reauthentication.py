"""What this package needs of accounts: proof that it is the owner who asks."""

from __future__ import annotations

from typing import Any, Protocol

from teahouse.kit.http import Request


class Reauthentication(Protocol):
    async def require(self, request: Request, auth: dict[str, Any] | None) -> None:
        """Returns once the requester has proved again who they are. Errors: 401 with the flows."""
        ...
