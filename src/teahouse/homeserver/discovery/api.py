"""Versions, capabilities, .well-known, health and metrics."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
import structlog

from teahouse.config import Config
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.errors import Unavailable, forbidden
from teahouse.kit.http import Access, Reply, Request, Route
from teahouse.kit.metrics import CONTENT_TYPE_LATEST, OUTBOX_WAITING, generate_latest
from teahouse.kit.outbox import waiting_by_kind
from teahouse.protocol.room_versions import ROOM_VERSIONS

log = structlog.get_logger(__name__)

SPEC_VERSIONS = [f"v1.{minor}" for minor in range(1, 20)]
UNSTABLE_FEATURES = {
    "org.matrix.simplified_msc3575": True,
    "org.matrix.msc3874": True,
    "org.matrix.msc4140": True,
    "org.matrix.msc4143": True,
    "org.matrix.msc4155": True,
    "org.matrix.msc4174": True,
    "uk.half-shot.msc2666.query_mutual_rooms": True,
}
"""What is here beyond the specification, by the names that clients look for."""

EMAIL = "im.teahouse.email"
"""Who can't sign in learns by it whether a new password can be set through an e-mail address."""

Capabilities = Callable[[], Awaitable[Mapping[str, Any]]]
"""Those of other packages."""


class DiscoveryApi:
    def __init__(self, config: Config, database: Database, capabilities: Capabilities) -> None:
        self._config = config
        self._database = database
        self._capabilities = capabilities

    def routes(self) -> Sequence[Route]:
        return [
            Route("GET", "/_matrix/client/versions", self.getVersions, Access.ANYONE),
            Route("GET", "/.well-known/matrix/client", self.getWellknown, Access.ANYONE),
            Route("GET", "/_matrix/client/v3/capabilities", self.getCapabilities, Access.GUEST),
            Route("GET", "/health", self.health, Access.ANYONE),
            Route("GET", "/metrics", self.metrics, Access.ANYONE),
        ]

    async def getVersions(self, _request: Request) -> Any:
        features = {**UNSTABLE_FEATURES, EMAIL: bool(self._config.smtp_host)}
        return {"versions": SPEC_VERSIONS, "unstable_features": features}

    async def getWellknown(self, request: Request) -> Any:
        base_url = self._config.public_url or request.origin
        return {"m.homeserver": {"base_url": base_url}}

    async def getCapabilities(self, request: Request) -> Any:
        moderation = {"m.account_moderation": {"suspend": True, "lock": True}}
        return {
            "capabilities": {
                **(moderation if request.requester.is_admin else {}),
                "m.change_password": {"enabled": True},
                "m.room_versions": {
                    "default": self._config.default_room_version,
                    "available": dict.fromkeys(ROOM_VERSIONS, "stable"),
                },
                "m.set_displayname": {"enabled": True},
                "m.set_avatar_url": {"enabled": True},
                "m.profile_fields": {"enabled": True},
                "m.3pid_changes": {"enabled": bool(self._config.smtp_host)},
                "m.get_login_token": {"enabled": True},
                **await self._capabilities(),
            }
        }

    async def health(self, _request: Request) -> Any:
        """Whether the database answers."""
        try:
            await self._database.read(_one)
        except sa.exc.DBAPIError as error:
            log.error("the database does not answer", kind=type(error).__name__)
            raise Unavailable("The database does not answer") from None
        return {"status": "ok"}

    async def metrics(self, request: Request) -> Any:
        """For this machine only; a proxy on it speaks for others."""
        forwarded = request.header("x-forwarded-for") or request.header("forwarded")
        if forwarded or not _is_loopback(request.address):
            raise forbidden("Metrics are for this machine only")
        waiting = await self._database.read(waiting_by_kind)
        OUTBOX_WAITING.clear()
        for kind, items in waiting.items():
            OUTBOX_WAITING.labels(kind).set(items)
        return Reply(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _one(tx: ReadTx) -> int:
    return int(tx.scalar(sa.select(sa.literal(1))))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
