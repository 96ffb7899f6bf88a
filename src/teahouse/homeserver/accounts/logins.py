"""A login: a device with a token, for whoever proves to own the account; and its end."""

from __future__ import annotations

import string
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from teahouse.homeserver.accounts import store
from teahouse.homeserver.accounts.names import local_user_id
from teahouse.homeserver.accounts.passwords import Passwords
from teahouse.homeserver.accounts.services import Names
from teahouse.homeserver.accounts.tokens import Issued, Tokens
from teahouse.homeserver.accounts.uia import UserIdentifier
from teahouse.homeserver.devices.service import Devices
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.errors import Refused, forbidden, locked
from teahouse.kit.http import Service
from teahouse.kit.limits import Limits
from teahouse.kit.log import LogWriter, WriteTx
from teahouse.kit.secrets import random_string
from teahouse.protocol.email_addresses import BadEmailAddress, folded_email

OwnerOf = Callable[[ReadTx, str], str | None]
"""(tx, address): whose account an e-mail address leads to."""
TakeToken = Callable[[WriteTx, str], str | None]
"""(tx, login token): whose it was; from now on it is used up."""


@dataclass(frozen=True, slots=True)
class DeviceWish:
    """What a client says of the device that it wants to sign in."""

    device_id: str | None
    display_name: str | None
    refreshable: bool
    address: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    user_id: str
    device_id: str
    tokens: Issued


class Logins:
    def __init__(
        self,
        server_name: str,
        database: Database,
        log: LogWriter,
        limits: Limits,
        passwords: Passwords,
        tokens: Tokens,
        devices: Devices,
    ) -> None:
        self._server_name = server_name
        self._database = database
        self._log = log
        self._limits = limits
        self._passwords = passwords
        self._tokens = tokens
        self._devices = devices
        self.owner_of_address: OwnerOf = _nobody
        self.take_token: TakeToken = _nobody
        self.names: Names | None = None
        """Of application services, where there are any."""

    async def named_by(self, identifier: UserIdentifier) -> str:
        """The name or ID that is meant; empty for an address that nobody has.

        Errors: M_UNKNOWN for an identifier that can't be one; M_LIMIT_EXCEEDED.
        """
        if identifier.type not in ("m.id.user", "m.id.thirdparty", "m.id.phone"):
            raise Refused("M_UNKNOWN", "Unknown type of identifier")
        if identifier.type == "m.id.user":
            return identifier.user
        if identifier.medium != "email":
            return ""
        owner = await self._database.read(self.owner_of_address, identifier.address)
        if owner is None:
            self._count_guess(identifier.address)
        return owner or ""

    def _count_guess(self, address: str) -> None:
        """As a guess at an account is: who may guess on does not tell who has one."""
        with suppress(BadEmailAddress):
            self._limits.check("login", folded_email(address), "")

    async def prove(self, user: str, password: str, address: str) -> str:
        """The ID of the account that `user` (a localpart or ID) and the password open.

        Errors: M_FORBIDDEN, the same for a wrong password, an unknown and a deactivated account;
        M_LIMIT_EXCEEDED.
        """
        user_id = local_user_id(user, self._server_name)
        account = None
        if user_id is not None:
            # By account too: guesses at one password may come from many addresses.
            self._limits.check("login", user_id, address)
            account = await self._database.read(store.get, user_id)
        password_hash = account.password_hash if account else None
        if not await self._passwords.matches(password_hash, password) or account is None:
            raise forbidden("Wrong name or password")
        return account.user_id

    async def login(self, user: str, password: str, wish: DeviceWish) -> SignedIn:
        """Errors: as `prove`."""
        user_id = await self.prove(user, password, wish.address)
        return await self._log.submit(partial(self._sign_in_again, user_id, wish))

    async def login_by_service(self, service: Service, user: str, wish: DeviceWish) -> SignedIn:
        """Errors: M_EXCLUSIVE for who is not one of its users, M_FORBIDDEN for who is not here."""
        user_id = local_user_id(user, self._server_name)
        if user_id is None or not service.has_user(user_id):
            raise Refused("M_EXCLUSIVE", "This user is not one of the application service's own")
        return await self._log.submit(partial(self._sign_in_again, user_id, wish))

    async def login_by_token(self, token: str, wish: DeviceWish) -> SignedIn:
        """Errors: M_FORBIDDEN; as `login` for the account."""

        def change(tx: WriteTx) -> SignedIn:
            user_id = self.take_token(tx, token)
            if user_id is None:
                raise forbidden("This token is unknown, used or expired")
            return self._sign_in_again(user_id, wish, tx)

        return await self._log.submit(change)

    def _sign_in_again(self, user_id: str, wish: DeviceWish, tx: WriteTx) -> SignedIn:
        account = store.get(tx, user_id)
        if account is None:
            raise forbidden("There is no such account")
        if account.is_deactivated:
            raise Refused("M_USER_DEACTIVATED", "This account has been deactivated")
        if account.is_locked:
            raise locked()
        return self.sign_in(tx, user_id, wish)

    def sign_in(self, tx: WriteTx, user_id: str, wish: DeviceWish) -> SignedIn:
        """A device that is there already gets a new token in place of its old one."""
        device_id = wish.device_id or new_device_id()
        self._devices.create(tx, user_id, device_id, wish.display_name, wish.address)
        issued = self._tokens.issue(tx, user_id, device_id, refreshable=wish.refreshable)
        return SignedIn(user_id, device_id, issued)

    async def logout(self, user_id: str, device_id: str) -> None:
        await self._log.submit(lambda tx: self._devices.delete(tx, user_id, [device_id]))

    async def logout_all(self, user_id: str) -> None:
        await self._log.submit(lambda tx: self._devices.delete_others(tx, user_id))


def _nobody(_tx: ReadTx, _named: str) -> None:
    return None


def new_device_id() -> str:
    return random_string(10, string.ascii_uppercase)
