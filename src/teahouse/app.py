"""The only place that wires everything, as an explicit list."""

from __future__ import annotations

from collections.abc import Sequence

from teahouse.config import Config
from teahouse.homeserver.accounts.login_api import LoginApi
from teahouse.homeserver.accounts.registration_api import RegistrationApi
from teahouse.homeserver.accounts.service import Accounts
from teahouse.homeserver.devices.service import Devices
from teahouse.homeserver.discovery.api import DiscoveryApi
from teahouse.homeserver.media.api import MediaApi
from teahouse.homeserver.media.service import MediaLibrary
from teahouse.homeserver.server.name import claim_name
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
        claim_name(self.database, config.server_name)
        self.log = LogWriter(self.database, self.clock)
        self.limits = Limits(self.clock, enabled=not config.no_rate_limits)
        self.devices = Devices()
        self.accounts = Accounts(
            config, self.database, self.log, self.clock, self.limits, self.devices
        )

        self.media = MediaLibrary(
            config.data / "media", config.server_name, self.database, self.log, self.clock
        )

    def routes(self) -> Sequence[Route]:
        accounts = self.accounts
        is_open = self.config.open_registration
        return [
            *DiscoveryApi(self.config, self.database).routes(),
            *RegistrationApi(accounts.registration, accounts.uia, is_open=is_open).routes(),
            *LoginApi(accounts.logins, accounts.tokens).routes(),
            *MediaApi(self.media, self.config.max_upload_bytes).routes(),
        ]

    def asgi(self) -> Gate:
        return build_app(self.routes(), self.accounts.tokens, self.limits, web_app=web_app())

    async def start(self) -> None:
        self.log.open()
        self.log.start()

    async def stop(self) -> None:
        await self.log.stop()
        self.media.close()
        self.accounts.close()
        self.database.close()
