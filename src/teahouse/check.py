"""`teahouse admin check`: whether what is stored is whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from teahouse.homeserver.accountdata import check as accountdata_check
from teahouse.homeserver.accountdata.tables import account_data
from teahouse.homeserver.accounts import check as accounts_check
from teahouse.homeserver.accounts.tables import access_token, account, profile
from teahouse.homeserver.devices import check as devices_check
from teahouse.homeserver.devices.tables import device, device_message
from teahouse.homeserver.keys import check as keys_check
from teahouse.homeserver.keys.tables import device_key, one_time_key
from teahouse.homeserver.media import check as media_check
from teahouse.homeserver.media.tables import media, media_content, media_pending, media_usage
from teahouse.homeserver.push import check as push_check
from teahouse.homeserver.receipts.tables import receipt
from teahouse.homeserver.rooms import check as rooms_check
from teahouse.homeserver.rooms import count_check
from teahouse.homeserver.rooms.tables import event, membership, room_state
from teahouse.kit import shard_check
from teahouse.kit.database import ReadTx
from teahouse.kit.log import check as log_check

SHARDED = (
    *(table.c.user_id for table in (account, access_token, profile, account_data)),
    *(table.c.user_id for table in (device, device_message, device_key, one_time_key)),
    *(table.c.room_id for table in (event, room_state, receipt)),
    membership.c.user_id,
    *(media.c.media_id, media_pending.c.media_id, media_content.c.object, media_usage.c.user_id),
)
"""What the shard of a table's rows is made from."""


def _shards(tx: ReadTx) -> Iterator[str]:
    for column in SHARDED:
        yield from shard_check.problems(tx, column)


CHECKS: dict[str, Callable[[ReadTx], Iterator[str]]] = {
    "the log": log_check.problems,
    "shards": _shards,
    "rooms": rooms_check.problems,
    "counts of rooms": count_check.problems,
    "unread marks": push_check.problems,
    "accounts": accounts_check.problems,
    "account data": accountdata_check.problems,
    "devices": devices_check.problems,
    "keys": keys_check.problems,
    "media": media_check.problems,
}


def problems(tx: ReadTx, begins: Callable[[str], None] = lambda _what: None) -> Iterator[str]:
    """A sentence for each thing that is wrong; nothing when all is well.

    `begins` hears what is looked at next.
    """
    for what, check in CHECKS.items():
        begins(what)
        yield from check(tx)
