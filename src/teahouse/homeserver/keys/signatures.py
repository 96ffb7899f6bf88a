"""A user publishes signatures: on own devices, on the own master key, on others' master keys.

Of what is sent only the signatures count; the rest must be what the server has. A signature that
is refused does not keep the others out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from teahouse.homeserver.keys import cross_signing_store, identity_store, lists, rules
from teahouse.homeserver.keys.cross_signing_store import StoredKey, StoredSignature
from teahouse.homeserver.keys.rules import ED25519, MASTER, SELF_SIGNING, USER_SIGNING
from teahouse.homeserver.keys.shapes import SignatureUpload, SignedObject, shaped
from teahouse.kit.errors import Refused, invalid_param, not_found
from teahouse.kit.log import WriteTx

MAX_SIGNED = 500
MAX_SIGNATURE_LENGTH = 100

Failures = dict[str, dict[str, dict[str, Any]]]
"""Errors by user and name of the key."""
SigningKeys = dict[str, str]
"""Public keys by key ID."""


def upload(tx: WriteTx, signer: str, body: SignatureUpload) -> Failures:
    """Errors: M_TOO_LARGE; what is wrong with one signature is in the failures."""
    if sum(len(objects) for objects in body.values()) > MAX_SIGNED:
        raise Refused("M_TOO_LARGE", f"At most {MAX_SIGNED} signed keys at once")
    failures: Failures = {}
    desk = _Desk(tx, signer, list(body))
    changed = set()
    for user_id, objects in body.items():
        for key_name, value in objects.items():
            try:
                if desk.accept(user_id, key_name, value):
                    changed.add(user_id)
            except Refused as refused:
                failures.setdefault(user_id, {})[key_name] = refused.body()
    for user_id in sorted(changed):
        if user_id == signer:
            lists.record_change(tx, signer)
        else:
            lists.record_signing(tx, signer, user_id)
    return failures


class _Desk:
    """One upload: the keys it may be about, read at once."""

    def __init__(self, tx: WriteTx, signer: str, user_ids: list[str]) -> None:
        self._tx = tx
        self._signer = signer
        found = cross_signing_store.keys_of(tx, {signer, *user_ids})
        self._keys = {(key.user_id, key.usage): key for key in found}
        self._devices: dict[str, dict[str, Any]] = {}
        if signer in user_ids:
            own = identity_store.of_users(tx, [signer])
            self._devices = {device_id: msgspec.json.decode(raw) for _, device_id, raw in own}

    def accept(self, user_id: str, key_name: str, value: dict[str, Any]) -> bool:
        """Whether a signature was new. Errors: M_NOT_FOUND, M_INVALID_PARAM, M_INVALID_SIGNATURE,
        M_BAD_JSON."""
        signed = shaped(value, SignedObject)
        there, signing_keys = self._key_and_signers(user_id, key_name)
        if rules.without_signatures(value) != rules.without_signatures(there):
            raise invalid_param("What was signed is not the key that the server has")
        mine = signed.signatures.get(self._signer, {})
        wanted = [key_id for key_id in mine if key_id in signing_keys]
        if not wanted:
            raise Refused("M_INVALID_SIGNATURE", "There is no signature by a key of yours")
        for key_id in wanted:
            if len(mine[key_id]) > MAX_SIGNATURE_LENGTH:
                raise Refused("M_INVALID_SIGNATURE", "The signature is too long")
            rules.check_signature(value, self._signer, key_id, signing_keys[key_id])
        kept = [self._keep(user_id, key_name, key_id, mine[key_id]) for key_id in wanted]
        return any(kept)

    def _key_and_signers(
        self, user_id: str, key_name: str
    ) -> tuple[Mapping[str, Any], SigningKeys]:
        master = self._keys.get((user_id, MASTER))
        if user_id == self._signer and key_name in self._devices:
            return self._devices[key_name], self._own_key(SELF_SIGNING)
        if master is None or master.public_key != key_name:
            raise not_found("There is no such key")
        signers = self._own_devices() if user_id == self._signer else self._own_key(USER_SIGNING)
        return msgspec.json.decode(master.key), signers

    def _own_key(self, usage: str) -> SigningKeys:
        key: StoredKey | None = self._keys.get((self._signer, usage))
        if key is None:
            raise not_found("You have no key to sign this with")
        return {f"{ED25519}:{key.public_key}": key.public_key}

    def _own_devices(self) -> SigningKeys:
        return {
            key_id: public_key
            for device_id, device in self._devices.items()
            for key_id, public_key in device["keys"].items()
            if key_id == f"{ED25519}:{device_id}"
        }

    def _keep(self, user_id: str, key_name: str, key_id: str, signature: str) -> bool:
        stored = StoredSignature(user_id, key_name, self._signer, key_id, signature)
        return cross_signing_store.add_signature(self._tx, stored)
