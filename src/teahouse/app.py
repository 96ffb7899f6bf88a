"""The only place that wires everything, as an explicit list."""

from __future__ import annotations

from collections.abc import Sequence

from teahouse.config import Config
from teahouse.homeserver.discovery.api import DiscoveryApi
from teahouse.kit.clock import Clock, SystemClock
from teahouse.kit.database import Database, check_durability, sqlite_url
from teahouse.kit.http import Route
from teahouse.kit.http.gate import Gate
from teahouse.kit.http.server import build_app
from teahouse.kit.limits import Limits
from teahouse.kit.log import LogWriter
from teahouse.kit.migrations import load_tables, upgrade
from teahouse.packages import PACKAGES
from teahouse.webapp import web_app


class Teahouse:
    """A whole server without its port."""

    def __init__(self, config: Config, clock: Clock | None = None) -> None:
        self.config = config
        self.clock = clock or SystemClock()
        load_tables(PACKAGES)
        self.database = Database(config.database or sqlite_url(config.data))
        upgrade(self.database, PACKAGES)
        check_durability(self.database)
        self.log = LogWriter(self.database, self.clock)
        self.limits = Limits(self.clock, enabled=not config.no_rate_limits)

    def routes(self) -> Sequence[Route]:
        return [
            *DiscoveryApi(self.config).routes(),
        ]

    def asgi(self) -> Gate:
        return build_app(self.routes(), self.accounts.tokens, self.limits, web_app=web_app())

    async def start(self) -> None:
        self.log.open()
        self.log.start()

    async def stop(self) -> None:
        await self.log.stop()
        self.database.close()
