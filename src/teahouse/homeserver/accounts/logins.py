"""A login: a device with a token, for whoever proves to own the account; and its end."""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from teahouse.homeserver.accounts import store
from teahouse.homeserver.accounts.guesses import Guesses
from teahouse.homeserver.accounts.names import local_user_id
from teahouse.homeserver.accounts.passwords import Passwords
from teahouse.homeserver.accounts.services import Names
from teahouse.homeserver.accounts.tokens import Issued, Tokens
from teahouse.homeserver.accounts.uia import UserIdentifier
from teahouse.homeserver.devices.service import Devices
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.errors import Refused, forbidden, locked
from teahouse.kit.http import Service
from teahouse.kit.log import LogWriter, WriteTx
from teahouse.kit.randomness import Randomness
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


@dataclass(frozen=True, slots=True)
class Meant:
    """The account that a client names; there may be none of this ID.

    `counted_as`: what guesses at it are counted under; None where none could be right.
    """

    user_id: str | None
    counted_as: str | None


NOBODY = Meant(None, None)


class Logins:
    def __init__(
        self,
        server_name: str,
        database: Database,
        log: LogWriter,
        randomness: Randomness,
        guesses: Guesses,
        passwords: Passwords,
        tokens: Tokens,
        devices: Devices,
    ) -> None:
        self._server_name = server_name
        self._database = database
        self._log = log
        self._randomness = randomness
        self._guesses = guesses
        self._passwords = passwords
        self._tokens = tokens
        self._devices = devices
        self.owner_of_address: OwnerOf = _nobody
        self.take_token: TakeToken = _nobody
        self.names: Names | None = None
        """Of application services, where there are any."""

    async def meant_by(self, identifier: UserIdentifier) -> Meant:
        """Errors: M_UNKNOWN for an identifier that can't be one."""
        if identifier.type == "m.id.user":
            return self.meant(identifier.user)
        if identifier.type not in ("m.id.thirdparty", "m.id.phone"):
            raise Refused("M_UNKNOWN", "Unknown type of identifier")
        if identifier.type == "m.id.phone" or identifier.medium != "email":
            return NOBODY
        try:
            address = folded_email(identifier.address)
        except BadEmailAddress:
            return NOBODY
        return Meant(await self._database.read(self.owner_of_address, address), address)

    def meant(self, user: str) -> Meant:
        """`user`: a localpart or ID."""
        user_id = local_user_id(user, self._server_name)
        return Meant(user_id, user_id)

    async def prove(self, meant: Meant, password: str, address: str) -> str:
        """The ID of the account that the password opens.

        Errors: M_FORBIDDEN, the same for a wrong password, an unknown and a deactivated account;
        M_LIMIT_EXCEEDED.
        """
        if meant.counted_as is not None:
            self._guesses.count(meant.counted_as, address)
        return await self._open(meant.user_id, password)

    async def prove_own(self, user_id: str, password: str) -> None:
        """For who is signed in to the account. Errors: as `prove`."""
        self._guesses.count_own(user_id)
        await self._open(user_id, password)

    async def _open(self, user_id: str | None, password: str) -> str:
        account = None
        if user_id is not None:
            account = await self._database.read(store.get, user_id)
        password_hash = account.password_hash if account else None
        if not await self._passwords.matches(password_hash, password) or account is None:
            raise forbidden("Wrong name or password")
        return account.user_id

    async def login(self, meant: Meant, password: str, wish: DeviceWish) -> SignedIn:
        """Errors: as `prove`."""
        user_id = await self.prove(meant, password, wish.address)
        return await self._log.submit(partial(self._sign_in_again, user_id, wish))

    async def login_by_service(self, service: Service, meant: Meant, wish: DeviceWish) -> SignedIn:
        """Errors: M_EXCLUSIVE for who is not one of its users, M_FORBIDDEN for who is not here."""
        user_id = meant.user_id
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
        device_id = wish.device_id or self._randomness.string(10, string.ascii_uppercase)
        self._devices.create(tx, user_id, device_id, wish.display_name, wish.address)
        issued = self._tokens.issue(tx, user_id, device_id, refreshable=wish.refreshable)
        return SignedIn(user_id, device_id, issued)

    async def logout(self, user_id: str, device_id: str) -> None:
        await self._log.submit(lambda tx: self._devices.delete(tx, user_id, [device_id]))

    async def logout_all(self, user_id: str) -> None:
        await self._log.submit(lambda tx: self._devices.delete_others(tx, user_id))


def _nobody(_tx: ReadTx, _named: str) -> None:
    return None
