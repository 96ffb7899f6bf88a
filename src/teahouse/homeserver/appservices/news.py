"""What an application service is told besides events: of each thing the newest, and not too many.

What passes is kept in memory only, and lost with a restart. Messages to devices are not kept here,
only whose they are: they wait in the devices' inboxes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from teahouse.homeserver.appservices.registration import AppService
from teahouse.homeserver.devices.inbox import KIND as TO_DEVICE
from teahouse.homeserver.keys.counts import CountsChanged
from teahouse.homeserver.presence.published import PresenceChanged
from teahouse.homeserver.receipts.published import ReceiptMoved, TypingChanged
from teahouse.kit.log import Touched

K = TypeVar("K")
V = TypeVar("V")

MAX_KEPT = 2_000
MAX_NAMES = 20_000
"""Where only a name is kept."""

Device = tuple[str, str]


@dataclass(slots=True)
class Some:
    """What was taken out to be told together."""

    receipts: list[ReceiptMoved] = field(default_factory=list)
    typing: list[TypingChanged] = field(default_factory=list)
    presence: list[PresenceChanged] = field(default_factory=list)
    inboxes: list[str] = field(default_factory=list)
    counts: list[Device] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.receipts or self.typing or self.presence or self.inboxes or self.counts)


class News:
    def __init__(self, service: AppService) -> None:
        self._service = service
        self._receipts: OrderedDict[tuple[str, ...], ReceiptMoved] = OrderedDict()
        self._typing: OrderedDict[str, TypingChanged] = OrderedDict()
        self._presence: OrderedDict[str, PresenceChanged] = OrderedDict()
        self._inboxes: OrderedDict[str, None] = OrderedDict()
        self._counts: OrderedDict[Device, None] = OrderedDict()
        self.lost_inboxes = False
        """Whose messages wait is not known: all inboxes are to be looked into."""

        self.lost_counts = False

    def lost_thread(self) -> None:
        """Nobody followed for a while."""
        self.lost_inboxes = self.lost_counts = True

    def follow(self, item: object) -> None:
        service = self._service
        if service.gets_ephemeral:
            if type(item) is ReceiptMoved:
                self._receipt(item)
            elif type(item) is TypingChanged:
                _keep(self._typing, item.room_id, item)
            elif type(item) is PresenceChanged:
                _keep(self._presence, item.user_id, item)
        if type(item) is Touched:
            if item.kind == TO_DEVICE:
                self.message_for(item.identifier)
        elif type(item) is CountsChanged:
            self.counts_of(item.user_id, item.device_id)

    def message_for(self, user_id: str) -> None:
        if not self._service.gets_to_device or not self._service.has_user(user_id):
            return
        if len(self._inboxes) >= MAX_NAMES and user_id not in self._inboxes:
            self.lost_inboxes = True
        else:
            self._inboxes[user_id] = None

    def counts_of(self, user_id: str, device_id: str) -> None:
        if self._service.gets_encryption and self._service.has_user(user_id):
            _keep(self._counts, (user_id, device_id), None, MAX_NAMES)

    def take(self, most: int) -> Some:
        """Those that wait longest, `most` of each kind."""
        return Some(
            [moved for _, moved in _taken(self._receipts, most)],
            [changed for _, changed in _taken(self._typing, most)],
            [changed for _, changed in _taken(self._presence, most)],
            [user_id for user_id, _ in _taken(self._inboxes, most)],
            [device for device, _ in _taken(self._counts, most)],
        )

    def put_back(self, some: Some) -> None:
        """They could not be told; what came meanwhile is newer."""
        newer = self.take(MAX_NAMES)
        for moved in (*some.receipts, *newer.receipts):
            self._receipt(moved)
        for changed in (*some.typing, *newer.typing):
            _keep(self._typing, changed.room_id, changed)
        for said in (*some.presence, *newer.presence):
            _keep(self._presence, said.user_id, said)
        self.put_back_inboxes((*some.inboxes, *newer.inboxes))
        for device in (*some.counts, *newer.counts):
            self.counts_of(*device)

    def put_back_inboxes(self, user_ids: Iterable[str]) -> None:
        for user_id in user_ids:
            self.message_for(user_id)

    def _receipt(self, moved: ReceiptMoved) -> None:
        if moved.is_private and not self._service.has_user(moved.user_id):
            return
        key = (moved.room_id, moved.user_id, moved.receipt_type, moved.thread_id)
        _keep(self._receipts, key, moved)


def _keep(kept: OrderedDict[K, V], key: K, value: V, most: int = MAX_KEPT) -> None:
    kept[key] = value
    if len(kept) > most:
        kept.popitem(last=False)


def _taken(kept: OrderedDict[K, V], most: int) -> list[tuple[K, V]]:
    return [kept.popitem(last=False) for _ in range(min(most, len(kept)))]
