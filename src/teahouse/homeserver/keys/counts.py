"""How many keys of a device are left to claim: each of its syncs asks, so it is remembered."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

from teahouse.homeserver.keys import claimable_store
from teahouse.kit.bus import Committed
from teahouse.kit.database import Database, ReadTx
from teahouse.kit.log import LogWriter, WriteTx

KIND = "key_counts"
MAX_REMEMBERED = 50_000
USUAL_ALGORITHM = "signed_curve25519"


class KeyCounts(NamedTuple):
    one_time_key_counts: dict[str, int]
    unused_fallback_types: list[str]


class CountsChanged(NamedTuple):
    """Published with the commit that changes the counts of a device."""

    user_id: str
    device_id: str


def counts(tx: ReadTx, user_id: str, device_id: str) -> KeyCounts:
    """The usual algorithm is always in it: clients differ in what they make of its absence."""
    rows = claimable_store.counts(tx, user_id, device_id)
    one_time = {USUAL_ALGORITHM: 0} | {algorithm: left for algorithm, left, _ in rows}
    return KeyCounts(one_time, sorted(algorithm for algorithm, _, unused in rows if unused))


def devices_with_keys(tx: ReadTx) -> list[tuple[str, str]]:
    """(user_id, device_id) of every device that ever had keys to claim."""
    return claimable_store.devices(tx)


def record_change(tx: WriteTx, user_id: str, device_id: str, pos: int) -> None:
    tx.touch(user_id, KIND, pos)
    tx.publish(CountsChanged(user_id, device_id))


class CountsCache:
    """On the event loop; told by each commit what to forget, before its sender is answered."""

    def __init__(self, database: Database, log: LogWriter) -> None:
        self._database = database
        self._known: OrderedDict[CountsChanged, KeyCounts] = OrderedDict()
        self._loading: dict[CountsChanged, object] = {}
        log.bus.listen(self._on_commit)

    def cached(self, user_id: str, device_id: str) -> KeyCounts | None:
        return self._known.get(CountsChanged(user_id, device_id))

    async def load(self, user_id: str, device_id: str) -> KeyCounts:
        """From memory or from the database. A load that a commit overtakes is not remembered."""
        device = CountsChanged(user_id, device_id)
        known = self._known.get(device)
        if known is not None:
            return known
        loading = self._loading[device] = object()
        try:
            found = await self._database.read(counts, user_id, device_id)
        finally:
            is_newest = self._loading.get(device) is loading
            if is_newest:
                del self._loading[device]
        if is_newest:
            self._remember(device, found)
        return found

    def _remember(self, device: CountsChanged, found: KeyCounts) -> None:
        self._known[device] = found
        if len(self._known) > MAX_REMEMBERED:
            self._known.popitem(last=False)

    def _on_commit(self, committed: Committed) -> None:
        for item in committed.items:
            if isinstance(item, CountsChanged):
                self._known.pop(item, None)
                self._loading.pop(item, None)
