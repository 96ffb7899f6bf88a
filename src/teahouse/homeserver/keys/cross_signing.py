"""A user publishes cross-signing keys: a master key, and what it signs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from teahouse.homeserver.devices.service import Devices
from teahouse.homeserver.keys import cross_signing_store, lists, rules
from teahouse.homeserver.keys.cross_signing_store import StoredKey
from teahouse.homeserver.keys.rules import ED25519, MASTER, SELF_SIGNING, USER_SIGNING
from teahouse.homeserver.keys.shapes import CrossSigningUpload, shaped
from teahouse.kit.errors import Refused, forbidden
from teahouse.kit.log import WriteTx
from teahouse.protocol import canonical_json

MAX_KEY_BYTES = 16 << 10
FIELDS = {
    MASTER: "master_key",
    SELF_SIGNING: "self_signing_key",
    USER_SIGNING: "user_signing_key",
}


class NewKeys:
    """The keys of an upload, checked each by itself. Errors: M_BAD_JSON, M_INVALID_PARAM."""

    def __init__(self, body: dict[str, Any], user_id: str) -> None:
        upload = shaped(body, CrossSigningUpload)
        self.user_id = user_id
        self.auth = upload.auth
        self.by_usage: dict[str, StoredKey] = {}
        self.values: dict[str, dict[str, Any]] = {}
        for usage, field in FIELDS.items():
            key = getattr(upload, field)
            if key is None:
                continue
            value = {k: v for k, v in body[field].items() if k != "unsigned"}
            encoded = canonical_json.encode(value)
            if len(encoded) > MAX_KEY_BYTES:
                raise Refused("M_TOO_LARGE", "A key is too large")
            public_key = rules.public_key_of(key, user_id, usage)
            self.by_usage[usage] = StoredKey(user_id, usage, public_key, encoded)
            self.values[usage] = value


def upload(tx: WriteTx, new: NewKeys, devices: Devices, *, is_proven: bool) -> bool:
    """Whether the keys are published; when not, the requester must first prove who they are.

    Proof is needed to replace or add to a set of keys, not for the first set nor for the same
    again. Errors: M_MISSING_PARAM without any master key, M_INVALID_SIGNATURE, M_FORBIDDEN when a
    device has the name of a key.
    """
    there = {key.usage: key for key in cross_signing_store.keys_of(tx, [new.user_id])}
    _check_signed_by_master(new, there)
    _check_names(tx, new, devices)
    if MASTER in there and not is_proven and not _are_the_same(new.by_usage, there):
        return False
    changed = {usage: key for usage, key in new.by_usage.items() if key != there.get(usage)}
    if changed:
        _replace(tx, new.user_id, changed, there)
        _record(tx, new.user_id, changed)
    return True


def refuse_name_of_key(tx: WriteTx, user_id: str, device_id: str) -> None:
    """A new device must not have the name of a key. Errors: M_FORBIDDEN.

    Source: end-to-end encryption, "Cross-signing": key IDs of both stand in one namespace.
    """
    if any(key.public_key == device_id for key in cross_signing_store.keys_of(tx, [user_id])):
        raise forbidden("This device ID is in use as a key")


def _record(tx: WriteTx, user_id: str, changed: Collection[str]) -> None:
    """Nobody else is shown a user-signing key."""
    if set(changed) == {USER_SIGNING}:
        lists.record_signing(tx, user_id, user_id)
    else:
        lists.record_change(tx, user_id)


def _are_the_same(new: Mapping[str, StoredKey], there: Mapping[str, StoredKey]) -> bool:
    return all(
        usage in there and there[usage].public_key == key.public_key for usage, key in new.items()
    )


def _check_signed_by_master(new: NewKeys, there: Mapping[str, StoredKey]) -> None:
    master = new.by_usage.get(MASTER) or there.get(MASTER)
    if master is None:
        raise Refused("M_MISSING_PARAM", "No master signing key is available")
    for usage in (SELF_SIGNING, USER_SIGNING):
        if usage in new.values:
            key_id = f"{ED25519}:{master.public_key}"
            rules.check_signature(new.values[usage], new.user_id, key_id, master.public_key)


def _check_names(tx: WriteTx, new: NewKeys, devices: Devices) -> None:
    public_keys = {key.public_key for key in new.by_usage.values()}
    if any(device.device_id in public_keys for device in devices.all_of(tx, new.user_id)):
        raise forbidden("A device has the name of this key")


def _replace(
    tx: WriteTx, user_id: str, changed: Mapping[str, StoredKey], there: Mapping[str, StoredKey]
) -> None:
    """Signatures on and by a key go with it; a new master key takes the keys along that the old
    one had signed."""
    gone = {
        usage: key
        for usage, key in there.items()
        if usage in changed and changed[usage].public_key != key.public_key
    }
    if MASTER in gone:
        gone |= {usage: key for usage, key in there.items() if usage not in changed}
    if gone:
        public_keys = [key.public_key for key in gone.values()]
        cross_signing_store.delete_keys(tx, user_id, list(gone))
        cross_signing_store.delete_signatures_on(tx, user_id, public_keys)
        key_ids = [f"{ED25519}:{public_key}" for public_key in public_keys]
        cross_signing_store.delete_own_signatures_by(tx, user_id, key_ids)
    for key in changed.values():
        cross_signing_store.put_key(tx, key)
