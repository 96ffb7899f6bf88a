"""Making an account: by anyone where registration is open, else by invitation."""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from teahouse.homeserver.accounts import profile_store, store
from teahouse.homeserver.accounts import registration_token_store as invitations
from teahouse.homeserver.accounts.logins import DeviceWish, Logins, SignedIn
from teahouse.homeserver.accounts.names import local_user_id
from teahouse.homeserver.accounts.passwords import Passwords, check_new_password
from teahouse.homeserver.accounts.profiles import NAME, check_value
from teahouse.homeserver.accounts.registration_token_store import Invitation
from teahouse.homeserver.accounts.services import Names
from teahouse.homeserver.accounts.tokens import StandingChanged
from teahouse.kit.clock import Clock
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.errors import Refused, forbidden
from teahouse.kit.http import Service
from teahouse.kit.log import LogWriter, WriteTx
from teahouse.kit.randomness import Randomness
from teahouse.protocol.identifiers import is_opaque

OnCreated = Callable[[WriteTx, str], None]
"""(tx, user_id): keeps what was proved at the sign-up; in the same transaction, and may refuse."""


@dataclass(frozen=True, slots=True)
class NewAccount:
    """`password` None: one that no password opens. `wish` None: not signed in anywhere yet."""

    user_id: str
    password: str | None
    wish: DeviceWish | None
    registration_token: str | None = None
    is_admin: bool = False
    is_guest: bool = False
    upgrades_guest: bool = False
    """The account is there, as a guest's."""
    displayname: str | None = None
    on_created: Sequence[OnCreated] = ()


class Registration:
    def __init__(
        self,
        server_name: str,
        database: Database,
        log: LogWriter,
        clock: Clock,
        randomness: Randomness,
        passwords: Passwords,
        logins: Logins,
    ) -> None:
        self._server_name = server_name
        self._database = database
        self._log = log
        self._clock = clock
        self._randomness = randomness
        self._passwords = passwords
        self._logins = logins
        self.names: Names | None = None
        """Of application services, where there are any."""

    def user_id_for(self, username: str | None) -> str:
        """Errors: M_INVALID_USERNAME."""
        localpart = username or self._randomness.string(12, string.ascii_lowercase)
        user_id = local_user_id(localpart, self._server_name)
        if user_id is None or (username or "").startswith("@"):
            raise bad_name()
        return user_id

    def check_exclusive(self, user_id: str, maker: Service | None = None) -> None:
        """Errors: M_EXCLUSIVE for a name that only others may give."""
        if self.names is not None:
            self.names.check_user(maker, user_id)

    async def check_free(self, user_id: str, maker: Service | None = None) -> None:
        """`maker` is the application service that makes the account.

        Errors: M_EXCLUSIVE, M_USER_IN_USE.
        """
        self.check_exclusive(user_id, maker)
        if await self._database.read(store.get, user_id) is not None:
            raise name_taken()

    async def create(self, new: NewAccount) -> SignedIn | None:
        """Errors: M_USER_IN_USE; M_FORBIDDEN for an invitation that is used up; M_WEAK_PASSWORD,
        M_INVALID_PARAM for the password; M_LIMIT_EXCEEDED; what `on_created` refuses.
        """
        password_hash = None
        if new.password is not None:
            check_new_password(new.password)
            password_hash = await self._passwords.hash(new.password)
        if new.displayname is not None:
            check_value(NAME, new.displayname)
        return await self._log.submit(lambda tx: self._create(tx, new, password_hash))

    def _create(self, tx: WriteTx, new: NewAccount, password_hash: str | None) -> SignedIn | None:
        is_admin = new.is_admin
        if new.registration_token is not None:
            invitation = invitations.use(tx, new.registration_token)
            if invitation is None:
                raise invitation_refused()
            is_admin = is_admin or invitation.makes_admin
        self._put(tx, new, password_hash, is_admin=is_admin)
        if new.displayname is not None:
            encoded = msgspec.json.encode({NAME: new.displayname})
            profile_store.put(tx, new.user_id, encoded, new.displayname)
        for keep in new.on_created:
            keep(tx, new.user_id)
        return self._logins.sign_in(tx, new.user_id, new.wish) if new.wish else None

    def _put(
        self, tx: WriteTx, new: NewAccount, password_hash: str | None, *, is_admin: bool
    ) -> None:
        if new.upgrades_guest:
            if not is_guest(tx, new.user_id):
                raise name_taken()
            store.end_being_guest(tx, new.user_id, password_hash)
            tx.publish(StandingChanged(new.user_id, is_locked=False))
        elif not store.create(
            tx, new.user_id, password_hash, is_admin=is_admin, is_guest=new.is_guest
        ):
            raise name_taken()

    async def prove(self, user_id: str, password: str, address: str) -> None:
        """Errors: as those of a login."""
        await self._logins.prove(self._logins.meant(user_id), password, address)

    async def sign_in_again(self, user_id: str, password: str, wish: DeviceWish) -> SignedIn:
        """Errors: as those of a login."""
        return await self._logins.login(self._logins.meant(user_id), password, wish)

    # invitations

    async def is_valid_invitation(self, token: str) -> bool:
        if not is_opaque(token):
            return False
        found = await self._database.read(invitations.get, token)
        return found is not None and found.is_valid(self._clock.now_ms())

    async def check_invitation(self, token: str) -> None:
        """Errors: M_FORBIDDEN."""
        if not await self.is_valid_invitation(token):
            raise invitation_refused()

    async def invite_operator(self) -> str | None:
        """The token for the first account, which makes an admin; None when there are accounts.

        The same one until it is used, so that a restart spoils no link.
        """
        if await self._database.read(store.exist_any):
            return None
        return await self._log.submit(self._invite_operator)

    def _invite_operator(self, tx: WriteTx) -> str:
        found = invitations.of_operator(tx)
        if found is not None:
            return found.token
        token = self._randomness.string(32)
        invitations.add(tx, Invitation(token, uses_left=1, expires_at_ms=None, makes_admin=True))
        return token


def exists(tx: ReadTx, user_id: str) -> bool:
    """Whether the account is there and in use."""
    found = store.get(tx, user_id)
    return found is not None and not found.is_deactivated


def is_guest(tx: ReadTx, user_id: str) -> bool:
    found = store.get(tx, user_id)
    return found is not None and found.is_guest and not found.is_deactivated


def bad_name() -> Refused:
    return Refused("M_INVALID_USERNAME", "Names have a-z, 0-9 and . _ = - / + only")


def name_taken() -> Refused:
    return Refused("M_USER_IN_USE", "This name is taken")


def invitation_refused() -> Refused:
    return forbidden("This invitation is unknown, used up or expired")
