"""A device publishes its keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from teahouse.homeserver.keys import claimable_store, counts, identity_store, lists, rules
from teahouse.homeserver.keys.shapes import Upload, shaped
from teahouse.kit.errors import Refused, invalid_param
from teahouse.kit.log import WriteTx
from teahouse.protocol import canonical_json

MAX_IDENTITY_BYTES = 32 << 10
MAX_KEY_BYTES = 4 << 10
MAX_ONE_TIME_KEYS = 200
MAX_ALGORITHMS = 10

Claimable = dict[tuple[str, str], bytes]
"""Canonical JSON of keys, by (algorithm, key_id)."""


class Published:
    """The keys of an upload, checked. Errors: M_BAD_JSON, M_INVALID_PARAM, M_TOO_LARGE."""

    def __init__(self, body: dict[str, Any], user_id: str, device_id: str) -> None:
        upload = shaped(body, Upload)
        self.identity: bytes | None = None
        if upload.device_keys is not None:
            if (upload.device_keys.user_id, upload.device_keys.device_id) != (user_id, device_id):
                raise invalid_param("These are the keys of another user or device")
            identity = {k: v for k, v in body["device_keys"].items() if k != "unsigned"}
            self.identity = _encoded(identity, MAX_IDENTITY_BYTES)
        self.one_time = _claimable(body.get("one_time_keys"))
        self.fallback = _claimable(body.get("fallback_keys"))
        if len({algorithm for algorithm, _ in self.fallback}) != len(self.fallback):
            raise invalid_param("Only one fallback key for each algorithm")
        self.size_bytes = len(self.identity or b"") + 512 * (len(self.one_time) + 1)


def upload(tx: WriteTx, user_id: str, device_id: str, keys: Published) -> dict[str, int]:
    """How many one-time keys are left to claim, by algorithm.

    Errors: M_INVALID_PARAM when a key of that name is there and is another; M_TOO_LARGE.
    """
    if keys.identity is not None and keys.identity != identity_store.get(tx, user_id, device_id):
        identity_store.put(tx, user_id, device_id, keys.identity)
        lists.record_change(tx, user_id)
    added = _new_one_time_keys(tx, user_id, device_id, keys.one_time)
    replaced = _new_fallback_keys(tx, user_id, device_id, keys.fallback)
    if added or replaced:
        pos = tx.next_pos()
        claimable_store.add_one_time_keys(tx, user_id, device_id, pos, added)
        for (algorithm, key_id), key in replaced.items():
            claimable_store.put_fallback_key(tx, user_id, device_id, algorithm, key_id, key)
        counts.record_change(tx, user_id, device_id, pos)
    return counts.counts(tx, user_id, device_id).one_time_key_counts


def _new_one_time_keys(tx: WriteTx, user_id: str, device_id: str, keys: Claimable) -> Claimable:
    if not keys:
        return {}
    there = claimable_store.one_time_keys(tx, user_id, device_id)
    for name in keys.keys() & there.keys():
        if keys[name] != there[name]:
            raise invalid_param(f"One-time key {':'.join(name)} is there and is another key")
    added = {name: key for name, key in keys.items() if name not in there}
    if len(there) + len(added) > MAX_ONE_TIME_KEYS:
        raise Refused("M_TOO_LARGE", f"A device has at most {MAX_ONE_TIME_KEYS} one-time keys")
    return added


def _new_fallback_keys(tx: WriteTx, user_id: str, device_id: str, keys: Claimable) -> Claimable:
    """A key that is there already stays as used as it is."""
    if not keys:
        return {}
    there = claimable_store.fallback_keys(tx, user_id, device_id)
    if len(there.keys() | {algorithm for algorithm, _ in keys}) > MAX_ALGORITHMS:
        raise Refused("M_TOO_LARGE", "Too many kinds of fallback keys")
    return {
        (algorithm, key_id): key
        for (algorithm, key_id), key in keys.items()
        if there.get(algorithm) != (key_id, key)
    }


def _claimable(keys: Mapping[str, Any] | None) -> Claimable:
    return {
        rules.split_key_id(key_id): _encoded(key, MAX_KEY_BYTES)
        for key_id, key in (keys or {}).items()
    }


def _encoded(key: Any, most: int) -> bytes:
    encoded = canonical_json.encode(key)
    if len(encoded) > most:
        raise Refused("M_TOO_LARGE", "A key is too large")
    return encoded
