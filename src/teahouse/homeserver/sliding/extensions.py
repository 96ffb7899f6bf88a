"""What a sliding sync tells besides rooms: each part only to who enables it.

Source: MSC4508 for what is common to all, and MSC4538, MSC4543, MSC3959, MSC3960
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

import msgspec

from teahouse.homeserver.accountdata.service import AccountData
from teahouse.homeserver.devices import inbox
from teahouse.homeserver.keys import counts
from teahouse.homeserver.receipts import service as receipts
from teahouse.homeserver.rooms.members import membership_reads
from teahouse.homeserver.sliding.asked import Asked
from teahouse.homeserver.sliding.sent import Has, Sent
from teahouse.homeserver.sync.device_lists import device_lists
from teahouse.homeserver.sync.own_rooms import own_rooms
from teahouse.kit.database import ReadTx
from teahouse.kit.paging import SyncToken

TO_DEVICE: Final = "to_device"
E2EE: Final = "e2ee"
ACCOUNT_DATA: Final = "account_data"
OF_ROOMS: Final = {
    ACCOUNT_DATA: Has.ACCOUNT_DATA,
    "receipts": Has.RECEIPTS,
    "typing": Has.TYPING,
}


class ExtensionReader:
    def __init__(
        self, tx: ReadTx, asked: Asked, base: Sent, upto: int, accountdata: AccountData
    ) -> None:
        self._tx = tx
        self._asked = asked
        self._base = base
        self._upto = upto
        self._accountdata = accountdata
        self._after: dict[str, dict[int, list[str]]] = {
            name: defaultdict(list) for name in OF_ROOMS
        }
        self._told: dict[str, Any] = {}
        self.has_news = False
        self.acknowledges = False

    def add(self, room_id: str, lists: Collection[str], is_subscribed: bool, after: int) -> Has:
        """A joined room in sight, of which the client has what came until `after`; which
        extensions it is in the scope of."""
        before = self._base.rooms.get(room_id)
        had = Has(0 if before is None else before.has)
        has = Has(0)
        for name, flag in OF_ROOMS.items():
            scope = self._asked.extensions.get(name)
            if scope is not None and scope.holds(room_id, lists, is_subscribed):
                self._after[name][after if flag in had else 0].append(room_id)
                has |= flag
        return has

    def had_from_the_beginning(self) -> list[str]:
        return sorted({E2EE, ACCOUNT_DATA} & self._asked.extensions.keys())

    def read(self, active_rooms: Collection[str]) -> dict[str, Any]:
        """`active_rooms` are joined ones with events that the client does not have."""
        enabled = self._asked.extensions
        if TO_DEVICE in enabled:
            self._to_device()
        if E2EE in enabled:
            self._e2ee(active_rooms)
        if ACCOUNT_DATA in enabled:
            self._account_data()
        if "receipts" in enabled:
            self._tell_of_rooms("receipts", self._receipts)
        if "typing" in enabled:
            self._tell_of_rooms("typing", self._typing)
        return self._told

    def _to_device(self) -> None:
        """It has a token of its own, which shows what arrived."""
        asked = self._asked
        since = asked.to_device_since or 0
        if since > self._upto:
            # From a log that is gone.
            since = 0
        of_device = (asked.user_id, asked.device_id)
        self.acknowledges = bool(inbox.page(self._tx, *of_device, 0, since, 1).messages)
        page = inbox.page(self._tx, *of_device, since, self._upto, asked.to_device_limit)
        told: dict[str, Any] = {"next_batch": str(SyncToken(page.last_pos or self._upto))}
        if page.messages:
            told["events"] = _raw(page.messages)
            self.has_news = True
        self._told[TO_DEVICE] = told

    def _e2ee(self, active_rooms: Collection[str]) -> None:
        asked = self._asked
        found = counts.counts(self._tx, asked.user_id, asked.device_id)
        told: dict[str, Any] = {
            "device_one_time_keys_count": found.one_time_key_counts,
            "device_unused_fallback_key_types": found.unused_fallback_types,
        }
        lists = self._device_lists(active_rooms)
        if lists:
            told["device_lists"] = lists
            self.has_news = True
        self._told[E2EE] = told

    def _device_lists(self, active_rooms: Collection[str]) -> dict[str, list[str]]:
        """A connection that begins has nothing to be corrected; one that did not listen before
        may have missed anything."""
        asked, tx = self._asked, self._tx
        if asked.token is None:
            return {}
        if E2EE not in self._base.extensions:
            sharing = membership_reads.sharing_users(tx, asked.user_id) | {asked.user_id}
            return {"changed": sorted(sharing)}
        own = own_rooms(tx, asked.user_id, asked.after, self._upto, include_left=False)
        return device_lists(tx, asked.user_id, asked.after, self._upto, own, active_rooms)

    def _account_data(self) -> None:
        asked = self._asked
        after = asked.after if ACCOUNT_DATA in self._base.extensions else 0
        of_account = self._accountdata.global_changes(self._tx, asked.user_id, after, self._upto)
        of_rooms: dict[str, list[bytes]] = {}
        for since, room_ids in self._after[ACCOUNT_DATA].items():
            found = self._accountdata.room_changes(self._tx, asked.user_id, since, self._upto)
            of_rooms |= {room_id: found[room_id] for room_id in room_ids if room_id in found}
        self._told[ACCOUNT_DATA] = {
            "global": _raw(of_account),
            "rooms": {room_id: _raw(events) for room_id, events in of_rooms.items()},
        }
        self.has_news |= bool(of_account or of_rooms)

    def _tell_of_rooms(
        self, name: str, read: Callable[[list[str], int], Mapping[str, bytes]]
    ) -> None:
        found: dict[str, msgspec.Raw] = {}
        for after, room_ids in self._after[name].items():
            events = read(room_ids, after)
            found |= {room_id: msgspec.Raw(event) for room_id, event in events.items()}
        self._told[name] = {"rooms": found}
        self.has_news |= bool(found)

    def _receipts(self, room_ids: list[str], after: int) -> Mapping[str, bytes]:
        user_id = self._asked.user_id
        return receipts.receipt_events(self._tx, user_id, room_ids, after, self._upto)

    def _typing(self, room_ids: list[str], after: int) -> Mapping[str, bytes]:
        return receipts.typing_events(self._tx, room_ids, after, self._upto)


def _raw(events: list[bytes]) -> list[msgspec.Raw]:
    return [msgspec.Raw(event) for event in events]
