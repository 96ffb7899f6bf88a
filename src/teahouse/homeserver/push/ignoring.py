"""Whom a person does not want to hear of."""

from __future__ import annotations

import sqlalchemy as sa

from teahouse.homeserver.push.tables import ignored_sender
from teahouse.kit.database import ReadTx
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of

_IGNORED = Prepared(
    sa.select(ignored_sender.c.ignored_id).where(
        ignored_sender.c.shard == sa.bindparam("shard"),
        ignored_sender.c.user_id == sa.bindparam("user_id"),
    )
)


def ignored_by(tx: ReadTx, user_id: str) -> frozenset[str]:
    return frozenset(tx.scalars(_IGNORED, shard=shard_of(user_id), user_id=user_id))
