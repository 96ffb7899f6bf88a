"""Backups of room keys: versions of a user, and the keys in them.

Source: end-to-end encryption, "Server-side key backups"
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from teahouse.homeserver.keys import backup_store as store
from teahouse.homeserver.keys.backup_store import BackedUpKey, Version
from teahouse.kit.database import ReadTx
from teahouse.kit.errors import Refused, invalid_param, not_found
from teahouse.kit.log import WriteTx

MAX_KEYS = 500_000
MAX_VERSIONS = 1000
KEYS_A_QUERY = 500


def create(tx: WriteTx, user_id: str, algorithm: str, auth_data: bytes) -> int:
    """The new version, which is from now on the one that takes keys. Errors: M_TOO_LARGE."""
    version = store.create(tx, user_id, algorithm, auth_data)
    if version > MAX_VERSIONS:
        raise Refused("M_TOO_LARGE", "Too many backups have been made")
    return version


def newest(tx: ReadTx, user_id: str) -> Version:
    """Errors: M_NOT_FOUND."""
    found = store.newest(tx, user_id)
    if found is None:
        raise not_found("There is no backup")
    return found


def get(tx: ReadTx, user_id: str, version: str) -> Version:
    """Errors: M_NOT_FOUND."""
    found = _find(tx, user_id, version)
    if found is None or found.is_deleted:
        raise not_found("There is no such backup")
    return found


def update(tx: WriteTx, user_id: str, version: str, algorithm: str, auth_data: bytes) -> None:
    """Errors: M_NOT_FOUND; M_INVALID_PARAM for another algorithm."""
    there = get(tx, user_id, version)
    if there.algorithm != algorithm:
        raise invalid_param("The algorithm of a backup does not change")
    store.set_auth_data(tx, user_id, there.version, auth_data)


def delete(tx: WriteTx, user_id: str, version: str) -> None:
    """Once more is fine. Errors: M_NOT_FOUND for one that never was."""
    found = _find(tx, user_id, version)
    if found is None:
        raise not_found("There is no such backup")
    if not found.is_deleted:
        store.delete(tx, user_id, found.version)


def put_keys(tx: WriteTx, user_id: str, version: str, keys: Sequence[BackedUpKey]) -> Version:
    """Adds keys, and replaces worse ones.

    Errors: M_NOT_FOUND; M_WRONG_ROOM_KEYS_VERSION with the newest, when this is not; M_TOO_LARGE.
    """
    there = get(tx, user_id, version)
    current = newest(tx, user_id)
    if there.version != current.version:
        raise Refused(
            "M_WRONG_ROOM_KEYS_VERSION",
            "Keys go into the newest backup",
            current_version=str(current.version),
        )
    added = replaced = 0
    rest = iter(keys)
    while some := list(islice(rest, KEYS_A_QUERY)):
        new, better = _sorted_out(tx, user_id, there.version, some)
        store.add_keys(tx, user_id, there.version, new)
        for key in better:
            store.replace_key(tx, user_id, there.version, key)
        added += len(new)
        replaced += len(better)
    return _moved(tx, user_id, there, added, replaced)


def delete_keys(
    tx: WriteTx, user_id: str, version: str, room_id: str | None, session_id: str | None
) -> Version:
    """Of all rooms, of a room, or of a session. Errors: M_NOT_FOUND without such a backup."""
    there = get(tx, user_id, version)
    gone = store.delete_keys(tx, user_id, there.version, room_id, session_id)
    return _moved(tx, user_id, there, -gone, 0)


def is_better(new: BackedUpKey, there: BackedUpKey) -> bool:
    return _rank(new) < _rank(there)


def _rank(key: BackedUpKey) -> tuple[bool, int, int]:
    return (not key.is_verified, key.first_message_index, key.forwarded_count)


def _sorted_out(
    tx: WriteTx, user_id: str, version: int, keys: Sequence[BackedUpKey]
) -> tuple[list[BackedUpKey], list[BackedUpKey]]:
    """Those that are new, and those that are better than what is there."""
    sessions = [(key.room_id, key.session_id) for key in keys]
    there = store.keys_of_sessions(tx, user_id, version, sessions)
    new = [key for key in keys if (key.room_id, key.session_id) not in there]
    better = [
        key
        for key in keys
        if (old := there.get((key.room_id, key.session_id))) is not None and is_better(key, old)
    ]
    return new, better


def _moved(tx: WriteTx, user_id: str, there: Version, more: int, replaced: int) -> Version:
    if not (more or replaced):
        return there
    key_count = there.key_count + more
    if key_count > MAX_KEYS:
        raise Refused("M_TOO_LARGE", f"A backup has at most {MAX_KEYS} keys")
    store.set_state(tx, user_id, there.version, there.etag + 1, key_count)
    return get(tx, user_id, str(there.version))


def _find(tx: ReadTx, user_id: str, version: str) -> Version | None:
    """Versions are numbers; what is none names no backup."""
    if not (version.isascii() and version.isdigit() and len(version) <= 18):
        return None
    return store.get(tx, user_id, int(version))
