"""`teahouse admin check`: whether what is stored is whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from teahouse.homeserver.accountdata import check as accountdata_check
from teahouse.homeserver.accounts import check as accounts_check
from teahouse.homeserver.devices import check as devices_check
from teahouse.homeserver.keys import check as keys_check
from teahouse.homeserver.media import check as media_check
from teahouse.homeserver.push import check as push_check
from teahouse.homeserver.rooms import check as rooms_check
from teahouse.homeserver.rooms import count_check
from teahouse.kit import shard_check
from teahouse.kit.database import ReadTx, metadata
from teahouse.kit.log import check as log_check
from teahouse.kit.migrations import load_tables
from teahouse.packages import PACKAGES


def _shards(tx: ReadTx) -> Iterator[str]:
    load_tables(PACKAGES)
    for table in metadata.sorted_tables:
        yield from shard_check.problems(tx, table)


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
