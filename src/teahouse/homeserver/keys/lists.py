"""Whose devices or cross-signing keys changed when: what sync's `device_lists` is made of."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.keys.tables import device_list, signed_by_me
from teahouse.kit.database import ReadTx
from teahouse.kit.log import WriteTx
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import upsert

KIND = "device_lists"

_CHANGED = Prepared(
    sa.select(device_list.c.user_id)
    .where(device_list.c.pos > sa.bindparam("after"), device_list.c.pos <= sa.bindparam("upto"))
    .order_by(device_list.c.pos)
)
_SIGNED = Prepared(
    sa.select(signed_by_me.c.other_user_id).where(
        signed_by_me.c.shard == sa.bindparam("shard"),
        signed_by_me.c.user_id == sa.bindparam("user_id"),
        signed_by_me.c.pos > sa.bindparam("after"),
        signed_by_me.c.pos <= sa.bindparam("upto"),
    )
)


def record_change(tx: WriteTx, user_id: str) -> None:
    """A query for this user's keys now gives something else, or their devices are others."""
    pos = tx.next_pos()
    upsert(tx, device_list, _key(user_id), {"pos": pos})
    tx.touch(user_id, KIND, pos)


def record_signing(tx: WriteTx, signer: str, user_id: str) -> None:
    """A query for `user_id` now gives something else, to the devices of `signer` only."""
    pos = tx.next_pos()
    upsert(tx, signed_by_me, {**_key(signer), "other_user_id": user_id}, {"pos": pos})
    tx.touch(signer, KIND, pos)


def changed_users(tx: ReadTx, after: int, upto: int) -> list[str]:
    """Users of the whole server whose newest change lies in after < pos <= upto."""
    return list(tx.scalars(_CHANGED, after=after, upto=upto))


def signed_users(tx: ReadTx, user_id: str, after: int, upto: int) -> list[str]:
    """Users whose keys look different to `user_id` alone, who signed them in this span."""
    return list(
        tx.scalars(_SIGNED, shard=shard_of(user_id), user_id=user_id, after=after, upto=upto)
    )


def _key(user_id: str) -> dict[str, Any]:
    return {"shard": shard_of(user_id), "user_id": user_id}
