"""The SQL of backups of room keys."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.keys.tables import backup_key, backup_version
from teahouse.kit.database import ReadTx
from teahouse.kit.listed import as_parameter, is_listed
from teahouse.kit.log import WriteTx
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of

_version, _key = backup_version.c, backup_key.c


@dataclass(frozen=True, slots=True)
class Version:
    version: int
    algorithm: str
    auth_data: bytes
    etag: int
    key_count: int
    is_deleted: bool


@dataclass(frozen=True, slots=True)
class BackedUpKey:
    """The key of one session; `session_data` is JSON that only its owner can read."""

    room_id: str
    session_id: str
    first_message_index: int
    forwarded_count: int
    is_verified: bool
    session_data: bytes


_VERSIONS = sa.select(
    _version.version,
    _version.algorithm,
    _version.auth_data,
    _version.etag,
    _version.key_count,
    _version.is_deleted,
)
_KEYS = sa.select(
    _key.room_id,
    _key.session_id,
    _key.first_message_index,
    _key.forwarded_count,
    _key.is_verified,
    _key.session_data,
)

_OF_SESSIONS = Prepared(
    sa.select(
        _key.room_id,
        _key.session_id,
        _key.first_message_index,
        _key.forwarded_count,
        _key.is_verified,
    ).where(
        is_listed("sessions", _key.shard, _key.user_id, _key.version, _key.room_id, _key.session_id)
    )
)


def _of(user_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(_version.shard == shard_of(user_id), _version.user_id == user_id)


def _in(user_id: str, version: int) -> sa.ColumnElement[bool]:
    return sa.and_(
        _key.shard == shard_of(user_id), _key.user_id == user_id, _key.version == version
    )


def _read_version(row: Any) -> Version | None:
    if row is None:
        return None
    version, algorithm, auth_data, etag, key_count, is_deleted = row
    return Version(version, algorithm, bytes(auth_data), etag, key_count, bool(is_deleted))


def _read_key(row: Any) -> BackedUpKey:
    room_id, session_id, first_message_index, forwarded_count, is_verified, session_data = row
    return BackedUpKey(
        room_id,
        session_id,
        first_message_index,
        forwarded_count,
        bool(is_verified),
        bytes(session_data),
    )


def get(tx: ReadTx, user_id: str, version: int) -> Version | None:
    """Deleted ones too."""
    return _read_version(tx.first(_VERSIONS.where(_of(user_id), _version.version == version)))


def newest(tx: ReadTx, user_id: str) -> Version | None:
    """The newest that is not deleted."""
    there = _VERSIONS.where(_of(user_id), _version.is_deleted.is_(False))
    return _read_version(tx.first(there.order_by(_version.version.desc()).limit(1)))


def create(tx: WriteTx, user_id: str, algorithm: str, auth_data: bytes) -> int:
    last = tx.scalar(sa.select(sa.func.max(_version.version)).where(_of(user_id))) or 0
    tx.insert(
        backup_version,
        shard=shard_of(user_id),
        user_id=user_id,
        version=last + 1,
        algorithm=algorithm,
        auth_data=auth_data,
        etag=0,
        key_count=0,
        is_deleted=False,
    )
    return int(last) + 1


def set_auth_data(tx: WriteTx, user_id: str, version: int, auth_data: bytes) -> None:
    its_row = sa.update(backup_version).where(_of(user_id), _version.version == version)
    tx.run(its_row.values(auth_data=auth_data))


def set_state(tx: WriteTx, user_id: str, version: int, etag: int, key_count: int) -> None:
    its_row = sa.update(backup_version).where(_of(user_id), _version.version == version)
    tx.run(its_row.values(etag=etag, key_count=key_count))


def delete(tx: WriteTx, user_id: str, version: int) -> None:
    """Only its number stays."""
    tx.run(sa.delete(backup_key).where(_in(user_id, version)))
    its_row = sa.update(backup_version).where(_of(user_id), _version.version == version)
    tx.run(its_row.values(is_deleted=True, auth_data=b"", key_count=0))


def delete_user(tx: WriteTx, user_id: str) -> None:
    shard = shard_of(user_id)
    tx.run(sa.delete(backup_key).where(_key.shard == shard, _key.user_id == user_id))
    tx.run(sa.delete(backup_version).where(_of(user_id)))


def keys(
    tx: ReadTx,
    user_id: str,
    version: int,
    room_id: str | None = None,
    session_id: str | None = None,
    *,
    after: tuple[str, str] = ("", ""),
    most: int = 1,
) -> list[BackedUpKey]:
    """A page by (room_id, session_id), from behind `after`: of all, of a room, or of a session."""
    statement = _KEYS.where(
        _in(user_id, version),
        *_narrowed(room_id, session_id),
        sa.tuple_(_key.room_id, _key.session_id) > after,
    )
    rows: Any = tx.all(statement.order_by(_key.room_id, _key.session_id).limit(most))
    return [_read_key(row) for row in rows]


def keys_of_sessions(
    tx: ReadTx, user_id: str, version: int, sessions: Collection[tuple[str, str]]
) -> dict[tuple[str, str], BackedUpKey]:
    """By (room_id, session_id); their `session_data` is left out."""
    shard = shard_of(user_id)
    names = as_parameter((shard, user_id, version, *session) for session in sessions)
    rows: Any = tx.all(_OF_SESSIONS, sessions=names)
    return {(row[0], row[1]): _read_key((*row, b"")) for row in rows}


def add_keys(tx: WriteTx, user_id: str, version: int, new: Sequence[BackedUpKey]) -> None:
    shard = shard_of(user_id)
    for key in new:
        tx.insert(
            backup_key,
            shard=shard,
            user_id=user_id,
            version=version,
            room_id=key.room_id,
            session_id=key.session_id,
            first_message_index=key.first_message_index,
            forwarded_count=key.forwarded_count,
            is_verified=key.is_verified,
            session_data=key.session_data,
        )


def replace_key(tx: WriteTx, user_id: str, version: int, key: BackedUpKey) -> None:
    its_row = sa.update(backup_key).where(
        _in(user_id, version), *_narrowed(key.room_id, key.session_id)
    )
    tx.run(
        its_row.values(
            first_message_index=key.first_message_index,
            forwarded_count=key.forwarded_count,
            is_verified=key.is_verified,
            session_data=key.session_data,
        )
    )


def delete_keys(
    tx: WriteTx, user_id: str, version: int, room_id: str | None, session_id: str | None
) -> int:
    """How many there were: of all rooms, of a room, or of a session."""
    gone = sa.delete(backup_key).where(_in(user_id, version), *_narrowed(room_id, session_id))
    return tx.run(gone).rowcount


def _narrowed(room_id: str | None, session_id: str | None) -> list[sa.ColumnElement[bool]]:
    narrowed = []
    if room_id is not None:
        narrowed.append(_key.room_id == room_id)
    if session_id is not None:
        narrowed.append(_key.session_id == session_id)
    return narrowed
