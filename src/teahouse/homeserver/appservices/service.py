"""Application services, put together."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from teahouse.homeserver.accounts.registration import NewAccount
from teahouse.homeserver.accounts.service import Accounts
from teahouse.homeserver.appservices import store
from teahouse.homeserver.appservices.assembling import Assembler
from teahouse.homeserver.appservices.client import ServiceClient
from teahouse.homeserver.appservices.feed import Feed
from teahouse.homeserver.appservices.following import Following
from teahouse.homeserver.appservices.identity import Identities
from teahouse.homeserver.appservices.networks import SEPARATOR, Networks
from teahouse.homeserver.appservices.networks_api import NetworksApi
from teahouse.homeserver.appservices.news import News
from teahouse.homeserver.appservices.ping_api import PingApi
from teahouse.homeserver.appservices.queries import Queries
from teahouse.homeserver.appservices.registration import AppService, load
from teahouse.homeserver.appservices.registry import Registry
from teahouse.homeserver.appservices.whereabouts import Whereabouts
from teahouse.homeserver.devices.service import Devices
from teahouse.homeserver.presence.service import Presences
from teahouse.homeserver.rooms.outside.bridges import Bridges
from teahouse.kit.bus import Committed
from teahouse.kit.clock import Clock
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.errors import Refused
from teahouse.kit.http import Route
from teahouse.kit.log import LogWriter
from teahouse.kit.randomness import Randomness


def registry_of(paths: str, server_name: str) -> Registry:
    """`paths` are separated by commas. Errors: ValueError that names the file."""
    given = [Path(path.strip()) for path in paths.split(",") if path.strip()]
    return Registry(load(given, server_name))


class AppServices:
    """Without any, nothing here is called by anybody who sends, syncs or signs in."""

    def __init__(
        self,
        registry: Registry,
        database: Database,
        log: LogWriter,
        clock: Clock,
        randomness: Randomness,
        accounts: Accounts,
        devices: Devices,
        presences: Presences,
    ) -> None:
        self.registry = registry
        self._accounts = accounts
        self._log = log
        self._clock = clock
        self._randomness = randomness
        self._client = ServiceClient()
        self._feed = Feed(log, database)
        self.queries = Queries(registry, self._client, database, accounts)
        self._networks = Networks(registry, self._client, clock)
        self._followings: dict[str, Following] = {}
        if not registry:
            return
        self._identities = Identities(registry, database, log, accounts, devices)
        accounts.know_services(self._identities, registry)
        accounts.profiles.ask_for = self.queries.ask_for_user
        for service in registry:
            if service.url is not None:
                self._followings[service.id] = self._following(service, database, presences)
        log.bus.listen(self._follow)

    def _following(
        self, service: AppService, database: Database, presences: Presences
    ) -> Following:
        assembler = Assembler(
            service,
            self._feed,
            News(service),
            Whereabouts(service, database),
            database,
            self._log,
            self._randomness,
            presences,
        )
        return Following(assembler, self._client, self._clock, self._randomness)

    def bridge(self, bridges: Bridges) -> None:
        """Makes rooms ask the services about what is theirs."""
        if self.registry:
            bridges.check_alias = self.registry.check_alias
            bridges.ask_for_alias = self.queries.ask_for_alias
            bridges.introduce = self.queries.introduce

    def routes(self) -> Sequence[Route]:
        ping = PingApi(self.registry, self._client, self._clock, self._is_there)
        return [*ping.routes(), *NetworksApi(self._networks, self._log).routes()]

    async def start(self) -> None:
        if not self.registry:
            return
        self._client.open()
        self._feed.start()
        for service in self.registry:
            await self._make_sender(service)
        for following in self._followings.values():
            await following.start()

    async def stop(self) -> None:
        await asyncio.gather(*(following.stop() for following in self._followings.values()))
        await self._client.close()

    def rooms_of_network(self, tx: ReadTx, instance_id: str) -> Sequence[str]:
        """What a service lists of a network, by the name that the network has on this server."""
        service_id, _, network_id = instance_id.partition(SEPARATOR)
        return store.rooms_of(tx, service_id, network_id)

    def rooms_of_networks(self, tx: ReadTx) -> Sequence[str]:
        return store.all_rooms(tx)

    def _follow(self, committed: Committed) -> None:
        self._feed.follow(committed)
        for following in self._followings.values():
            following.follow(committed)

    def _is_there(self, service: AppService) -> None:
        following = self._followings.get(service.id)
        if following is not None:
            following.try_again()

    async def _make_sender(self, service: AppService) -> None:
        try:
            await self._accounts.registration.create(NewAccount(service.sender, None, None))
        except Refused as error:
            if error.errcode != "M_USER_IN_USE":
                raise
