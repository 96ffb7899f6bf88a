"""The keys of users and their devices, as one viewer may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from teahouse.homeserver.devices.service import Devices
from teahouse.homeserver.keys import cross_signing_store, identity_store, rules
from teahouse.homeserver.keys.rules import MASTER, SELF_SIGNING, USER_SIGNING
from teahouse.kit.database import ReadTx

USERS_A_QUERY = 500

_decode = msgspec.json.Decoder(dict[str, Any]).decode

KeyName = tuple[str, str]
"""(user_id, device ID or public key)"""
Later = dict[KeyName, list[tuple[str, str, str]]]
"""Signatures by the key they are on: (signer, key ID, signature)."""


class Answer(NamedTuple):
    device_keys: dict[str, dict[str, dict[str, Any]]]
    master_keys: dict[str, dict[str, Any]]
    self_signing_keys: dict[str, dict[str, Any]]
    user_signing_keys: dict[str, dict[str, Any]]


def query(tx: ReadTx, viewer: str, devices: Devices, wanted: Mapping[str, Sequence[str]]) -> Answer:
    """Keys of local users; `wanted` are the devices by user, none of them meaning all.

    Every user asked for has an entry, so that a client knows its list to be up to date. A fixed
    number of statements for every 500 users.
    """
    answer = Answer({user_id: {} for user_id in wanted}, {}, {}, {})
    user_ids = list(wanted)
    for start in range(0, len(user_ids), USERS_A_QUERY):
        some = user_ids[start : start + USERS_A_QUERY]
        later: Later = defaultdict(list)
        for on in cross_signing_store.signatures_on(tx, some, viewer):
            later[on.user_id, on.key_name].append((on.signer, on.signing_key_id, on.signature))
        hidden = _add_cross_signing_keys(tx, viewer, some, later, answer)
        names = devices.display_names(tx, some)
        for user_id, device_id, raw in identity_store.of_users(tx, some):
            if wanted[user_id] and device_id not in wanted[user_id]:
                continue
            name = (user_id, device_id)
            key = _shown(raw, later.get(name, []), user_id, viewer, hidden.get(user_id, ""))
            key.setdefault("signatures", {})
            display_name = names.get(name)
            key["unsigned"] = {"device_display_name": display_name} if display_name else {}
            answer.device_keys[user_id][device_id] = key
    return answer


def _add_cross_signing_keys(
    tx: ReadTx, viewer: str, user_ids: Sequence[str], later: Later, answer: Answer
) -> dict[str, str]:
    """The key ID of each user's user-signing key."""
    keys = cross_signing_store.keys_of(tx, user_ids)
    hidden = {
        key.user_id: f"{rules.ED25519}:{key.public_key}"
        for key in keys
        if key.usage == USER_SIGNING
    }
    shown_as = {
        MASTER: answer.master_keys,
        SELF_SIGNING: answer.self_signing_keys,
        USER_SIGNING: answer.user_signing_keys,
    }
    for key in keys:
        if key.usage == USER_SIGNING and key.user_id != viewer:
            continue
        signatures = later.get((key.user_id, key.public_key), [])
        shown_as[key.usage][key.user_id] = _shown(
            key.key, signatures, key.user_id, viewer, hidden.get(key.user_id, "")
        )
    return hidden


def _shown(
    raw: bytes, later: Sequence[tuple[str, str, str]], owner: str, viewer: str, hidden: str
) -> dict[str, Any]:
    """What was uploaded without signatures, and got none since, is given back without."""
    key = _decode(raw)
    uploaded = key.get("signatures", {})
    signatures = rules.visible_signatures(uploaded, later, owner, viewer, hidden)
    if signatures or "signatures" in key:
        key["signatures"] = signatures
    return key
