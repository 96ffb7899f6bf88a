"""Hands letters to the SMTP server, from the outbox."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import structlog

from teahouse.kit.log import WriteTx
from teahouse.kit.mail.letter import KIND, letter_of
from teahouse.kit.mail.settings import MailSettings
from teahouse.kit.outbox import Item, NotSent, Policy
from teahouse.kit.outbox.owner import HOUR_MS, MINUTE_MS

if TYPE_CHECKING:
    from email.message import EmailMessage

log = structlog.get_logger(__name__)

TIMEOUT_SECONDS: Final = 30.0


class Mailer:
    """Implements kit.outbox.Owner for queues of mailboxes."""

    policy = Policy(
        first_retry_ms=5_000, max_retry_ms=10 * MINUTE_MS, max_age_ms=HOUR_MS, max_rows=5
    )

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    def holder(self, _queue: str) -> str:
        """All letters go to one SMTP server, a few at once."""
        return KIND

    async def send(self, batch: Sequence[Item]) -> None:
        for item in batch:
            await self._send(item)

    def dead(self, tx: WriteTx, queue: str) -> None:
        """Nothing is kept for a mailbox but what waits for it."""

    async def _send(self, item: Item) -> None:
        from aiosmtplib import SMTPException

        from teahouse.kit.mail.message import message_of

        message = message_of(item, self._settings)
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                await self._hand_over(message, letter_of(item).mailbox)
        except (SMTPException, OSError, TimeoutError) as error:
            # The server's words may repeat the address: only the kind and the number are told.
            final, kind, code = is_final(error), type(error).__name__, getattr(error, "code", None)
            log.warning("a mail was not taken", reason=kind, code=code, is_tried_again=not final)
            if not final:
                raise NotSent(kind) from None

    async def _hand_over(self, message: EmailMessage, mailbox: str) -> None:
        from aiosmtplib import send

        settings = self._settings
        await send(
            message,
            sender=settings.sender,
            recipients=mailbox,
            hostname=settings.host,
            port=settings.port,
            username=settings.user or None,
            password=settings.password or None,
            use_tls=settings.tls == "tls",
            start_tls=settings.tls == "starttls",
            local_hostname=settings.domain,
            timeout=TIMEOUT_SECONDS,
        )


def is_final(error: Exception) -> bool:
    """Whether the same letter would be refused again; what the operator can mend is not final."""
    from aiosmtplib import SMTPDataError, SMTPNotSupported, SMTPRecipientsRefused

    if isinstance(error, SMTPRecipientsRefused):
        return all(refused.code >= 500 for refused in error.recipients)
    if isinstance(error, SMTPDataError):
        return error.code >= 500
    # The mailbox's name is not ASCII, and this server takes only such.
    return isinstance(error, SMTPNotSupported)
