"""A letter, as the use case writes it that causes it."""

from __future__ import annotations

import msgspec

from teahouse.kit.log import WriteTx
from teahouse.kit.outbox import Item, put

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
