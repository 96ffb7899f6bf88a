"""The SQL of cross-signing keys, and of signatures that came after the keys they are on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.keys.tables import cross_signing_key, key_signature
from teahouse.kit.database import ReadTx
from teahouse.kit.listed import as_parameter, is_listed
from teahouse.kit.log import WriteTx
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import insert_if_absent, upsert

_key, _on = cross_signing_key.c, key_signature.c

_KEYS = Prepared(
    sa.select(_key.user_id, _key.usage, _key.public_key, _key.key).where(
        is_listed("users", _key.shard, _key.user_id)
    )
)
_SIGNATURES = Prepared(
    sa.select(_on.user_id, _on.key_name, _on.signer, _on.signing_key_id, _on.signature).where(
        is_listed("users", _on.shard, _on.user_id),
        sa.or_(_on.signer == _on.user_id, _on.signer == sa.bindparam("viewer")),
    )
)


@dataclass(frozen=True, slots=True)
class StoredKey:
    user_id: str
    usage: str
    public_key: str
    key: bytes


@dataclass(frozen=True, slots=True)
class StoredSignature:
    """`key_name` is a device ID, or a master public key."""

    user_id: str
    key_name: str
    signer: str
    signing_key_id: str
    signature: str


def _users(user_ids: Collection[str]) -> str:
    return as_parameter((shard_of(user_id), user_id) for user_id in user_ids)


def keys_of(tx: ReadTx, user_ids: Collection[str]) -> list[StoredKey]:
    rows: Any = tx.all(_KEYS, users=_users(user_ids))
    return [StoredKey(user, usage, public, bytes(key)) for user, usage, public, key in rows]


def signatures_on(tx: ReadTx, user_ids: Collection[str], viewer: str) -> list[StoredSignature]:
    """Those on keys of these users, by themselves and by `viewer`."""
    rows: Any = tx.all(_SIGNATURES, users=_users(user_ids), viewer=viewer)
    return [StoredSignature(*row) for row in rows]


def put_key(tx: WriteTx, key: StoredKey) -> None:
    keys = {"shard": shard_of(key.user_id), "user_id": key.user_id, "usage": key.usage}
    upsert(tx, cross_signing_key, keys, {"public_key": key.public_key, "key": key.key})


def delete_keys(tx: WriteTx, user_id: str, usages: Collection[str]) -> None:
    tx.run(
        sa.delete(cross_signing_key).where(
            _key.shard == shard_of(user_id), _key.user_id == user_id, _key.usage.in_(usages)
        )
    )


def delete_user(tx: WriteTx, user_id: str) -> None:
    """All cross-signing keys of the user, and the signatures on keys of theirs."""
    shard = shard_of(user_id)
    tx.run(sa.delete(cross_signing_key).where(_key.shard == shard, _key.user_id == user_id))
    tx.run(sa.delete(key_signature).where(*_on_keys_of(user_id)))


def add_signature(tx: WriteTx, signature: StoredSignature) -> bool:
    """Whether it was not there before."""
    return insert_if_absent(
        tx,
        key_signature,
        shard=shard_of(signature.user_id),
        user_id=signature.user_id,
        key_name=signature.key_name,
        signer=signature.signer,
        signing_key_id=signature.signing_key_id,
        signature=signature.signature,
    )


def delete_signatures_on(tx: WriteTx, user_id: str, key_names: Collection[str]) -> None:
    tx.run(sa.delete(key_signature).where(*_on_keys_of(user_id), _on.key_name.in_(key_names)))


def delete_own_signatures_by(tx: WriteTx, user_id: str, signing_key_ids: Sequence[str]) -> None:
    """Those by these keys of the user on the user's own keys."""
    tx.run(
        sa.delete(key_signature).where(
            *_on_keys_of(user_id),
            _on.signer == user_id,
            _on.signing_key_id.in_(signing_key_ids),
        )
    )


def _on_keys_of(user_id: str) -> list[sa.ColumnElement[bool]]:
    return [_on.shard == shard_of(user_id), _on.user_id == user_id]
