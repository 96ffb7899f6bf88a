"""Keys go with the devices and users that they belong to."""

from __future__ import annotations

from teahouse.homeserver.devices.service import Devices
from teahouse.homeserver.keys import (
    backup_store,
    claimable_store,
    counts,
    cross_signing,
    cross_signing_store,
    identity_store,
    lists,
)
from teahouse.homeserver.keys.counts import CountsCache
from teahouse.kit.database import Database
from teahouse.kit.log import LogWriter, WriteTx


class Keys:
    """What other packages are given: `counts` for sync; the functions of `lists`."""

    def __init__(self, database: Database, log: LogWriter, devices: Devices) -> None:
        self.counts = CountsCache(database, log)
        devices.on_created += [cross_signing.refuse_name_of_key, self._device_changed]
        devices.on_renamed.append(self._device_changed)
        devices.on_deleted.append(self._devices_deleted)

    def delete_user(self, tx: WriteTx, user_id: str) -> None:
        """What belongs to no device; the keys of devices go with them."""
        cross_signing_store.delete_user(tx, user_id)
        backup_store.delete_user(tx, user_id)
        lists.record_change(tx, user_id)

    def _device_changed(self, tx: WriteTx, user_id: str, _device_id: str) -> None:
        """Told also while it has no keys: clients look for them when a device comes."""
        lists.record_change(tx, user_id)

    def _devices_deleted(self, tx: WriteTx, user_id: str, device_ids: list[str]) -> None:
        claimable_store.delete(tx, user_id, device_ids)
        for device_id in device_ids:
            tx.publish(counts.CountsChanged(user_id, device_id))
        if identity_store.delete(tx, user_id, device_ids):
            cross_signing_store.delete_signatures_on(tx, user_id, device_ids)
        lists.record_change(tx, user_id)
