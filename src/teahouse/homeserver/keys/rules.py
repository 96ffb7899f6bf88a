"""What decides about keys, without I/O."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from nacl.signing import VerifyKey

from teahouse.homeserver.keys.shapes import CrossSigningKey
from teahouse.kit.errors import Refused, invalid_param
from teahouse.protocol import signing

MASTER = "master"
SELF_SIGNING = "self_signing"
USER_SIGNING = "user_signing"
ED25519 = "ed25519"
_PUBLIC_KEY = re.compile(r"[A-Za-z0-9+/]{43}")

Signatures = dict[str, dict[str, str]]


def split_key_id(key_id: str) -> tuple[str, str]:
    """`algorithm:name` in two. Errors: M_INVALID_PARAM."""
    algorithm, colon, name = key_id.partition(":")
    if not (algorithm and colon and name):
        raise invalid_param("A key's ID must look like algorithm:name")
    return algorithm, name


def public_key_of(key: CrossSigningKey, user_id: str, usage: str) -> str:
    """The public key of a cross-signing key that is well-formed. Errors: M_INVALID_PARAM."""
    if key.user_id != user_id:
        raise invalid_param("The key is another user's")
    if usage not in key.usage:
        raise invalid_param(f"The key's usage must name {usage}")
    [(key_id, public_key)] = key.keys.items()
    if key_id != f"{ED25519}:{public_key}" or verify_key(public_key) is None:
        raise invalid_param("The key must be an Ed25519 key under its own name")
    return public_key


def verify_key(public_key: str) -> VerifyKey | None:
    if _PUBLIC_KEY.fullmatch(public_key) is None:
        return None
    try:
        return VerifyKey(signing.decode_base64(public_key))
    except ValueError:
        return None


def check_signature(
    value: Mapping[str, Any], signer: str, signing_key_id: str, public_key: str
) -> None:
    """Errors: M_INVALID_SIGNATURE unless `signer` signed `value` with this key."""
    key = verify_key(public_key)
    if key is None:
        raise Refused("M_INVALID_SIGNATURE", "The signing key is not an Ed25519 key")
    try:
        signing.verify_json(value, signer, signing_key_id, key)
    except signing.BadSignature as error:
        raise Refused("M_INVALID_SIGNATURE", error.reason) from None


def without_signatures(key: Mapping[str, Any]) -> dict[str, Any]:
    return {name: key[name] for name in key if name not in ("signatures", "unsigned")}


def visible_signatures(
    uploaded: Any, later: Iterable[tuple[str, str, str]], owner: str, viewer: str, hidden: str
) -> Signatures:
    """The signatures on a key of `owner` that `viewer` may see.

    The owner's and the viewer's own; of another's not those by `hidden`, the key ID of the owner's
    user-signing key. `later` are (signer, key ID, signature).
    Source: end-to-end encryption, "Key and signature security": social graphs must not leak.
    """
    seen: Signatures = {}
    for signer in {owner, viewer} & uploaded.keys():
        seen[signer] = dict(uploaded[signer])
    for signer, key_id, signature in later:
        seen.setdefault(signer, {})[key_id] = signature
    if owner != viewer and owner in seen:
        seen[owner].pop(hidden, None)
    return seen
