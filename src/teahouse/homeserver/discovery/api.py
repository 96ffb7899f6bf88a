"""Versions, capabilities, .well-known, health and metrics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from teahouse.config import Config
from teahouse.kit.http import Access, Reply, Request, Route
from teahouse.kit.metrics import CONTENT_TYPE_LATEST, generate_latest
from teahouse.protocol.room_versions import ROOM_VERSIONS

SPEC_VERSIONS = [f"v1.{minor}" for minor in range(1, 20)]


class DiscoveryApi:
    def __init__(self, config: Config) -> None:
        self._config = config

    def routes(self) -> Sequence[Route]:
        return [
            Route("GET", "/_matrix/client/versions", self.getVersions, Access.ANYONE),
            Route("GET", "/.well-known/matrix/client", self.getWellknown, Access.ANYONE),
            Route("GET", "/_matrix/client/v3/capabilities", self.getCapabilities, Access.GUEST),
            Route("GET", "/health", self.health, Access.ANYONE),
            Route("GET", "/metrics", self.metrics, Access.ANYONE),
        ]
