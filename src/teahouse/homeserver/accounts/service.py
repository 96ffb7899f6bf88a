"""The account side, put together: what other packages are given."""

from __future__ import annotations

from teahouse.config import Config
from teahouse.homeserver.accounts import store
from teahouse.homeserver.accounts.credentials import Credentials
from teahouse.homeserver.accounts.guesses import Guesses
from teahouse.homeserver.accounts.guests import Guests
from teahouse.homeserver.accounts.invitations import Invitations
from teahouse.homeserver.accounts.logins import Logins
from teahouse.homeserver.accounts.moderation import Moderation
from teahouse.homeserver.accounts.names import local_user_id
from teahouse.homeserver.accounts.passwords import Passwords
from teahouse.homeserver.accounts.profiles import Profiles
from teahouse.homeserver.accounts.reauthentication import Reauthentication
from teahouse.homeserver.accounts.registration import Registration, bad_name, exists
from teahouse.homeserver.accounts.services import Names, ServiceTokens
from teahouse.homeserver.accounts.shared_secret import SharedSecret
from teahouse.homeserver.accounts.tokens import Tokens
from teahouse.homeserver.accounts.uia import UserInteractive
from teahouse.homeserver.devices.service import Devices
from teahouse.kit.clock import Clock
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.http import Requester
from teahouse.kit.limits import Limits
from teahouse.kit.log import LogWriter
from teahouse.kit.randomness import Randomness


class Accounts:
    def __init__(
        self,
        config: Config,
        database: Database,
        log: LogWriter,
        clock: Clock,
        randomness: Randomness,
        limits: Limits,
        devices: Devices,
    ) -> None:
        name = self._server_name = config.server_name
        self.passwords = Passwords()
        self.tokens = Tokens(database, log, clock, randomness)
        self.uia = UserInteractive(clock, randomness)
        guesses = Guesses(limits)
        self.logins = Logins(
            name, database, log, randomness, guesses, self.passwords, self.tokens, devices
        )
        self.registration = Registration(
            name, database, log, clock, randomness, self.passwords, self.logins
        )
        welcomes = config.allow_guests or config.open_registration
        self.guests = Guests(database, self.registration, self.tokens, are_welcome=welcomes)
        self.shared_secret = SharedSecret(config.registration_shared_secret, clock, randomness)
        self.moderation = Moderation(name, database, log)
        self.invitations = Invitations(database, log, clock, randomness)
        self.profiles = Profiles(database, log)
        self.credentials = Credentials(log, self.passwords, devices, self.profiles)
        self.reauthentication = Reauthentication(self.uia, self.logins)
        devices.on_deleted.append(self.tokens.revoke_devices)

    def exists(self, tx: ReadTx, user_id: str) -> bool:
        """Whether the account is there and in use."""
        return exists(tx, user_id)

    def know_services(self, tokens: ServiceTokens, names: Names) -> None:
        """There are application services, with accounts of their own."""
        self.tokens.services = tokens
        self.logins.names = self.registration.names = names

    def requester_of(self, tx: ReadTx, user_id: str) -> Requester | None:
        """Who acts for this account, without a device; None where none is in use."""
        found = store.get(tx, user_id)
        if found is None or found.is_deactivated:
            return None
        return Requester(
            user_id,
            "",
            is_guest=found.is_guest,
            is_admin=found.is_admin,
            is_locked=found.is_locked,
            is_suspended=found.is_suspended,
        )

    def user_id_of(self, given: str) -> str:
        """The ID that `given`, a localpart or a whole ID, means. Errors: M_INVALID_USERNAME."""
        user_id = local_user_id(given, self._server_name)
        if user_id is None:
            raise bad_name()
        return user_id

    def named(self, given: str) -> str:
        """The ID of whom the operator names: an ID as it is, or a name of this server's.

        Errors: M_INVALID_USERNAME.
        """
        return given if given.startswith("@") else self.user_id_of(given)

    def close(self) -> None:
        self.passwords.close()
