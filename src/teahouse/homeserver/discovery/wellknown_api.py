"""What the domain says of itself to those who need help, and to rooms' policies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from teahouse.config import Config
from teahouse.kit.errors import not_found
from teahouse.kit.http import Access, Request, Route

WELL_KNOWN = "/.well-known/matrix"
ROLE = "m.role.admin"


class WellknownApi:
    """What the operator has not set is not there."""

    def __init__(self, config: Config) -> None:
        self._support = _support(config)
        self._policy_server_key = config.policy_server_key

    def routes(self) -> Sequence[Route]:
        return [
            Route("GET", f"{WELL_KNOWN}/support", self.getWellknownSupport, Access.ANYONE),
            Route("GET", f"{WELL_KNOWN}/policy_server", self.getWellknownPolicy, Access.ANYONE),
        ]

    async def getWellknownSupport(self, _request: Request) -> Any:
        if not self._support:
            raise not_found("Whom to ask for help is not said here")
        return self._support

    async def getWellknownPolicy(self, _request: Request) -> Any:
        if not self._policy_server_key:
            raise not_found("There is no policy server here")
        return {"public_keys": {"ed25519": self._policy_server_key}}


def _support(config: Config) -> dict[str, Any]:
    contact = {"matrix_id": config.support_matrix_id, "email_address": config.support_email}
    said = {key: value for key, value in contact.items() if value}
    support: dict[str, Any] = {"contacts": [{"role": ROLE, **said}]} if said else {}
    return support | ({"support_page": config.support_page} if config.support_page else {})
