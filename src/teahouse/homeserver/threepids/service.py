"""Third-party IDs, put together."""

from __future__ import annotations

from collections.abc import Sequence

from teahouse.config import Config
from teahouse.homeserver.accounts.reauthentication import Reauthentication
from teahouse.homeserver.accounts.uia import Stage
from teahouse.homeserver.threepids.addresses import Addresses
from teahouse.homeserver.threepids.contacts_api import ContactsApi
from teahouse.homeserver.threepids.page_api import ConfirmPageApi
from teahouse.homeserver.threepids.proofs import Proofs
from teahouse.homeserver.threepids.request_api import RequestTokenApi
from teahouse.homeserver.threepids.tables import email_session
from teahouse.homeserver.threepids.validations import House, Validations
from teahouse.kit.clock import Clock
from teahouse.kit.database import Database
from teahouse.kit.http import Route
from teahouse.kit.limits import Limits
from teahouse.kit.log import LogWriter, WriteTx
from teahouse.kit.log.pruning import delete_oldest
from teahouse.kit.mail import MailSettings
from teahouse.kit.randomness import Randomness


class Threepids:
    """`mail` None: no validation is begun, no stage is offered; addresses that are there stay."""

    def __init__(
        self,
        config: Config,
        database: Database,
        log: LogWriter,
        clock: Clock,
        randomness: Randomness,
        limits: Limits,
        mail: MailSettings | None,
    ) -> None:
        _check(config, mail)
        house = House(config.server_name, config.public_url.rstrip("/"), config.reveal_emails)
        self._log = log
        self._has_mail = mail is not None
        self.addresses = Addresses(database, log)
        self.validations = Validations(house, database, log, clock, randomness, limits)
        self._proofs = Proofs(self.validations, self.addresses, randomness)

    @property
    def sign_up(self) -> Stage | None:
        return self._proofs.sign_up if self._has_mail else None

    @property
    def reset(self) -> Stage | None:
        return self._proofs.reset if self._has_mail else None

    def routes(self, owner: Reauthentication) -> Sequence[Route]:
        validations = self.validations
        return [
            *RequestTokenApi(validations if self._has_mail else None).routes(),
            *ContactsApi(self.addresses, validations, self._proofs, self._log, owner).routes(),
            *ConfirmPageApi(validations).routes(),
        ]

    def prune(self, tx: WriteTx, now_ms: int) -> bool:
        """Implements kit.log.pruning.Prune."""
        return delete_oldest(tx, email_session.c.expires_at_ms, now_ms + 1)


def _check(config: Config, mail: MailSettings | None) -> None:
    """Errors: RuntimeError in words for the operator."""
    if mail is None and config.email_required_for_registration:
        raise RuntimeError("email_required_for_registration needs smtp_host")
    # Else whoever asks would say, by a Host header, where the links in letters lead.
    if mail is not None and not config.public_url.startswith(("http://", "https://")):
        raise RuntimeError("smtp_host needs public_url, the address that links in letters have")
