"""A letter, from the use case that causes it to the message that leaves."""

from __future__ import annotations

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

import msgspec

from teahouse.kit.log import WriteTx
from teahouse.kit.outbox import Item, key_of, put

KIND = "mail"


class Letter(msgspec.Struct, frozen=True):
    """`mailbox` is one address, with its domain in ASCII; `subject` is one line."""

    mailbox: str
    subject: str
    text: str


def put_letter(tx: WriteTx, letter: Letter) -> None:
    """Sent after this transaction has been committed."""
    put(tx, f"{KIND}/{letter.mailbox}", msgspec.json.encode(letter))


def letter_of(item: Item) -> Letter:
    return msgspec.json.decode(item.body, type=Letter)


def message_of(item: Item, sender: Address) -> EmailMessage:
    """The same for each attempt."""
    letter = letter_of(item)
    message = EmailMessage()
    message["From"] = sender
    local, _, domain = letter.mailbox.rpartition("@")
    message["To"] = Address(username=local, domain=domain)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(datetime.fromtimestamp(item.put_at_ms // 1000, UTC))
    message["Message-ID"] = f"<{key_of([item])}@{sender.domain}>"
    # So that no holiday notice answers it.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message
