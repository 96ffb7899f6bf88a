"""What waits for a device: delivered by senders, read by sync, deleted once acknowledged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import msgspec

from teahouse.homeserver.devices import message_store
from teahouse.homeserver.devices.message_store import Inbox
from teahouse.kit.database import ReadTx
from teahouse.kit.errors import Refused
from teahouse.kit.log import WriteTx
from teahouse.kit.metrics import DEVICE_MESSAGES_DROPPED

KIND = "to_device"
EVERY_DEVICE = "*"
MAX_WAITING = 10_000
MANY_WAITING = 1_000
"""From here on a sender has a share of the inbox; most inboxes never have so much in them."""
SHARE = 1_000
MAX_DELIVERED_BYTES = 16 << 20
USERS_A_QUERY = 500


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Ready JSON of `{"sender", "type", "content"}`; `last_pos` is set when more waits."""

    messages: list[bytes]
    last_pos: int | None


def deliver(
    tx: WriteTx, sender: str, type: str, contents: Mapping[str, Mapping[str, bytes]]
) -> None:
    """Puts a message into the inbox of each device named: user, device or `*`, JSON content.

    Users and devices that are not there are passed over. A full inbox takes no more: dropping what
    waits in it would let anyone push out what others sent, so the newest is dropped, and counted.
    Nor may anyone fill it: where many wait, a sender has a share.
    Errors: M_TOO_LARGE when `*` makes the whole too large.
    """
    head = b'{"sender":%b,"type":%b,"content":' % (_quoted(sender), _quoted(type))
    written_bytes = 0
    users = iter(contents)
    while some := list(islice(users, USERS_A_QUERY)):
        newest: dict[str, int] = {}
        for inbox in message_store.inboxes(tx, sender, some):
            content = _content_for(inbox, contents[inbox.user_id])
            if content is None:
                continue
            if inbox.waiting >= MAX_WAITING or inbox.late >= SHARE:
                DEVICE_MESSAGES_DROPPED.inc()
                continue
            message = head + content + b"}"
            written_bytes += len(message)
            if written_bytes > MAX_DELIVERED_BYTES:
                raise Refused("M_TOO_LARGE", "Too much for so many devices: send it in parts")
            newest[inbox.user_id] = pos = tx.next_pos()
            late_sender = sender if inbox.waiting >= MANY_WAITING else None
            message_store.add(tx, inbox, pos, message, late_sender)
        for user_id, pos in newest.items():
            tx.touch(user_id, KIND, pos)


def page(
    tx: ReadTx,
    user_id: str,
    device_id: str,
    after: int,
    upto: int,
    max_count: int = 100,
    max_bytes: int = 1 << 20,
) -> InboxPage:
    """The oldest messages with after < pos <= upto; at least one when there is any."""
    rows = message_store.page(tx, user_id, device_id, after, upto, max_count + 1)
    count = _how_many_fit(rows[:max_count], max_bytes)
    messages = [message for _, message in rows[:count]]
    return InboxPage(messages, rows[count - 1][0] if count < len(rows) else None)


def acknowledge(tx: WriteTx, user_id: str, device_id: str, upto: int) -> None:
    """The device has everything up to and including `upto`."""
    message_store.delete_through(tx, user_id, device_id, upto)


def take(
    tx: WriteTx, user_id: str, max_count: int, max_bytes: int
) -> tuple[list[tuple[str, bytes]], bool]:
    """Takes the oldest messages out of the inboxes of all the user's devices.

    (device_id, ready JSON) of each, at least one when there is any; and whether more wait.
    """
    rows = message_store.oldest(tx, user_id, max_count + 1)
    count = _how_many_fit([(pos, message) for pos, _, message in rows[:max_count]], max_bytes)
    taken = rows[:count]
    for device_id, pos in {device_id: pos for pos, device_id, _ in taken}.items():
        message_store.delete_through(tx, user_id, device_id, pos)
    return [(device_id, message) for _, device_id, message in taken], count < len(rows)


def users_waiting(tx: ReadTx) -> list[str]:
    """Everyone for whose devices messages wait. Looks at every device."""
    return message_store.users_waiting(tx)


def newest(tx: ReadTx, user_id: str) -> int:
    """Position of the newest message that waits for any device of the user; 0 when none does."""
    return message_store.newest(tx, user_id)


def _content_for(inbox: Inbox, by_device: Mapping[str, bytes]) -> bytes | None:
    return by_device.get(inbox.device_id) or by_device.get(EVERY_DEVICE)


def _how_many_fit(rows: Sequence[tuple[int, bytes]], max_bytes: int) -> int:
    total = 0
    for count, (_, message) in enumerate(rows):
        total += len(message)
        if total > max_bytes and count > 0:
            return count
    return len(rows)


def _quoted(text: str) -> bytes:
    return msgspec.json.encode(text)
