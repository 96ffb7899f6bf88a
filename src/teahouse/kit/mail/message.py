"""The message that leaves. Loaded with the first one: parsing addresses takes much to load."""

from __future__ import annotations

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from teahouse.kit.mail.letter import letter_of
from teahouse.kit.mail.settings import MailSettings
from teahouse.kit.outbox import Item, key_of


def message_of(item: Item, settings: MailSettings) -> EmailMessage:
    """The same for each attempt."""
    letter = letter_of(item)
    message = EmailMessage()
    message["From"] = Address(settings.sender_name, addr_spec=settings.sender)
    local, _, domain = letter.mailbox.rpartition("@")
    message["To"] = Address(username=local, domain=domain)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(datetime.fromtimestamp(item.put_at_ms // 1000, UTC))
    message["Message-ID"] = f"<{key_of([item])}@{settings.domain}>"
    # So that no holiday notice answers it.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message
