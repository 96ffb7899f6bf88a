"""Devices come with a login and go with a logout; what belongs to them goes with them."""

from __future__ import annotations

from collections.abc import Callable, Collection

from teahouse.homeserver.devices import store
from teahouse.homeserver.devices.store import Device
from teahouse.kit.database import ReadTx
from teahouse.kit.log import WriteTx

OnDeleted = Callable[[WriteTx, str, list[str]], None]
"""(tx, user_id, device_ids): removes what a package keeps for these devices."""


class Devices:
    """Packages that keep something for a device add themselves to `on_deleted`."""

    def __init__(self) -> None:
        self.on_deleted: list[OnDeleted] = []

    def create(
        self, tx: WriteTx, user_id: str, device_id: str, display_name: str | None, address: str
    ) -> bool:
        """Whether the device is new; one that is there keeps its name."""
        return store.create(tx, user_id, device_id, display_name, address)

    def delete(self, tx: WriteTx, user_id: str, device_ids: Collection[str]) -> None:
        """Devices that are not there are passed over."""
        gone = store.delete(tx, user_id, device_ids)
        if gone:
            for follower in self.on_deleted:
                follower(tx, user_id, gone)

    def delete_others(self, tx: WriteTx, user_id: str, kept: str | None = None) -> None:
        """Deletes all devices but `kept`."""
        self.delete(
            tx, user_id, [d.device_id for d in self.all_of(tx, user_id) if d.device_id != kept]
        )

    def all_of(self, tx: ReadTx, user_id: str) -> list[Device]:
        return store.all_of(tx, user_id)
