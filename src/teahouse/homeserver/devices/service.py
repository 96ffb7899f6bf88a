"""Devices come with a login and go with a logout; what belongs to them goes with them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from teahouse.homeserver.devices import message_store, store
from teahouse.homeserver.devices.store import Device
from teahouse.kit.database import ReadTx
from teahouse.kit.errors import invalid_param
from teahouse.kit.log import WriteTx

MAX_DEVICES = 1000
MAX_ID_BYTES = 255

OnCreated = Callable[[WriteTx, str, str], None]
"""(tx, user_id, device_id): may refuse the new device."""
OnRenamed = Callable[[WriteTx, str, str], None]
OnDeleted = Callable[[WriteTx, str, list[str]], None]
"""(tx, user_id, device_ids): removes what a package keeps for these devices."""


class Devices:
    """Packages that keep something for a device add themselves to these lists, in app.py."""

    def __init__(self) -> None:
        self.on_created: list[OnCreated] = []
        self.on_renamed: list[OnRenamed] = []
        self.on_deleted: list[OnDeleted] = []

    def create(
        self, tx: WriteTx, user_id: str, device_id: str, display_name: str | None, address: str
    ) -> bool:
        """Whether the device is new; one that is there keeps its name.

        Errors: M_INVALID_PARAM for an ID that can't be one; what a follower refuses.
        """
        _check_id(device_id)
        if not store.create(tx, user_id, device_id, display_name, address):
            return False
        for follower in self.on_created:
            follower(tx, user_id, device_id)
        # A script that signs in forever must not fill the disk, nor lock its owner out.
        if longest_unseen := store.beyond_newest(tx, user_id, MAX_DEVICES, kept=device_id):
            self.delete(tx, user_id, longest_unseen)
        return True

    def rename(self, tx: WriteTx, user_id: str, device_id: str, display_name: str | None) -> bool:
        """Whether the device is there."""
        if not store.rename(tx, user_id, device_id, display_name):
            return False
        for follower in self.on_renamed:
            follower(tx, user_id, device_id)
        return True

    def delete(self, tx: WriteTx, user_id: str, device_ids: Collection[str]) -> None:
        """Devices that are not there are passed over."""
        gone = store.delete(tx, user_id, device_ids)
        if gone:
            message_store.delete_all(tx, user_id, gone)
            for follower in self.on_deleted:
                follower(tx, user_id, gone)

    def delete_others(self, tx: WriteTx, user_id: str, kept: str | None = None) -> None:
        """Deletes all devices but `kept`."""
        self.delete(tx, user_id, [d.device_id for d in self.all_of(tx, user_id, but=kept)])

    def all_of(self, tx: ReadTx, user_id: str, *, but: str | None = None) -> list[Device]:
        """The user's devices, oldest first."""
        return [device for device in store.all_of(tx, user_id) if device.device_id != but]

    def get(self, tx: ReadTx, user_id: str, device_id: str) -> Device | None:
        return store.get(tx, user_id, device_id)

    def display_names(
        self, tx: ReadTx, user_ids: Iterable[str]
    ) -> dict[tuple[str, str], str | None]:
        """By (user_id, device_id); those of all devices of these users."""
        return store.display_names(tx, user_ids)


def _check_id(device_id: str) -> None:
    if not device_id or "\0" in device_id or len(device_id.encode()) > MAX_ID_BYTES:
        raise invalid_param("Not a valid device ID")
