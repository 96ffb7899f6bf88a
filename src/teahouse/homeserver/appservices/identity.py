"""As whom an application service acts: its own account, or one of those that it has.

Source: application service API, "Identity assertion"
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TypeVar

from teahouse.homeserver.accounts.service import Accounts
from teahouse.homeserver.accounts.tokens import StandingChanged
from teahouse.homeserver.appservices.registration import AppService
from teahouse.homeserver.appservices.registry import Registry
from teahouse.homeserver.devices.service import Devices
from teahouse.kit.bus import Committed
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.errors import Refused, forbidden
from teahouse.kit.http import Requester
from teahouse.kit.http.access import Query
from teahouse.kit.log import LogWriter, WriteTx

K = TypeVar("K")
V = TypeVar("V")

MAX_KNOWN = 20_000
DEVICE = "device_id"
DEVICE_UNSTABLE = "org.matrix.msc3202.device_id"


@dataclass(frozen=True, slots=True)
class AccountClosed:
    user_id: str


@dataclass(frozen=True, slots=True)
class DevicesGone:
    user_id: str
    device_ids: Collection[str]


class Identities:
    """Implements accounts.services.ServiceTokens. What it has read is forgotten by commits."""

    def __init__(
        self,
        registry: Registry,
        database: Database,
        log: LogWriter,
        accounts: Accounts,
        devices: Devices,
    ) -> None:
        self._registry = registry
        self._database = database
        self._accounts = accounts
        self._devices = devices
        self._known: OrderedDict[str, Requester] = OrderedDict()
        self._known_devices: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._changes = 0
        log.bus.listen(self._follow)
        accounts.credentials.on_deactivated.append(_account_closed)
        devices.on_deleted.append(_devices_gone)

    def sender(self, token: str) -> Requester | None:
        service = self._registry.by_token(token)
        if service is None:
            return None
        return Requester(service.sender, "", service=service, is_unlimited=True)

    async def acting(self, token: str, query: Query) -> Requester | None:
        service = self._registry.by_token(token)
        if service is None:
            return None
        requester = await self._account(service, query("user_id") or service.sender)
        device_id = query(DEVICE) or query(DEVICE_UNSTABLE)
        if device_id:
            await self._check_device(requester.user_id, device_id)
            requester = replace(requester, device_id=device_id)
        return requester

    async def _account(self, service: AppService, user_id: str) -> Requester:
        if not service.has_user(user_id):
            raise forbidden("This user is not one of the application service's own")
        known = self._known.get(user_id)
        if known is None:
            changes = self._changes
            known = await self._database.read(self._accounts.requester_of, user_id)
            if known is None:
                raise forbidden("The application service has not registered this user")
            if changes == self._changes:
                _remember(self._known, user_id, known)
        is_unlimited = user_id == service.sender or not service.is_rate_limited
        return replace(known, service=service, is_unlimited=is_unlimited)

    async def _check_device(self, user_id: str, device_id: str) -> None:
        key = (user_id, device_id)
        if key in self._known_devices:
            return
        changes = self._changes
        if not await self._database.read(self._has_device, user_id, device_id):
            raise Refused("M_UNKNOWN_DEVICE", "The user has no such device")
        if changes == self._changes:
            _remember(self._known_devices, key, None)

    def _has_device(self, tx: ReadTx, user_id: str, device_id: str) -> bool:
        return self._devices.get(tx, user_id, device_id) is not None

    def _follow(self, committed: Committed) -> None:
        for item in committed.items:
            if isinstance(item, AccountClosed | StandingChanged):
                self._changes += 1
                self._known.pop(item.user_id, None)
            elif isinstance(item, DevicesGone):
                self._changes += 1
                for device_id in item.device_ids:
                    self._known_devices.pop((item.user_id, device_id), None)


def _remember(known: OrderedDict[K, V], key: K, value: V) -> None:
    known[key] = value
    if len(known) > MAX_KNOWN:
        known.popitem(last=False)


def _account_closed(tx: WriteTx, user_id: str) -> None:
    tx.publish(AccountClosed(user_id))


def _devices_gone(tx: WriteTx, user_id: str, device_ids: list[str]) -> None:
    tx.publish(DevicesGone(user_id, device_ids))
