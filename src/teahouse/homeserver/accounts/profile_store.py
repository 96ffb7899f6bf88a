"""The SQL of profiles."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.accounts.tables import profile
from teahouse.kit.database import ReadTx
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import upsert


def _of(user_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(profile.c.shard == shard_of(user_id), profile.c.user_id == user_id)


def fields(tx: ReadTx, user_id: str) -> dict[str, Any]:
    stored = tx.scalar(sa.select(profile.c.fields).where(_of(user_id)))
    return msgspec.json.decode(stored, type=dict[str, Any]) if stored else {}


def put(tx: WriteTx, user_id: str, encoded: bytes) -> None:
    key = {"shard": shard_of(user_id), "user_id": user_id}
    upsert(tx, profile, key, {"fields": encoded})


def delete(tx: WriteTx, user_id: str) -> None:
    tx.run(sa.delete(profile).where(_of(user_id)))
