"""A person's memberships as spans of positions: what they were in, from when to when."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.rooms.tables import forgotten, membership
from teahouse.kit.database import ReadTx
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of


@dataclass(slots=True)
class MembershipSpan:
    """From `from_pos`, which is the membership event's own position, until before `to_pos`."""

    room_id: str
    membership: str
    from_pos: int
    to_pos: int
    sender: str
    stripped_state: bytes | None


_OF_PERSON = (
    sa.select(*(membership.c[name] for name in MembershipSpan.__dataclass_fields__))
    .where(
        membership.c.shard == sa.bindparam("shard"), membership.c.user_id == sa.bindparam("user_id")
    )
    .order_by(membership.c.from_pos)
)
_AT = Prepared(
    _OF_PERSON.where(
        membership.c.from_pos <= sa.bindparam("pos"), membership.c.to_pos > sa.bindparam("pos")
    )
)
_AFTER = Prepared(
    _OF_PERSON.where(
        membership.c.from_pos > sa.bindparam("after"), membership.c.from_pos <= sa.bindparam("upto")
    )
)
_FORGOTTEN = Prepared(
    sa.select(forgotten.c.room_id).where(
        forgotten.c.shard == sa.bindparam("shard"),
        forgotten.c.user_id == sa.bindparam("user_id"),
        forgotten.c.pos <= sa.bindparam("upto"),
    )
)


def spans_at(tx: ReadTx, user_id: str, pos: int) -> list[MembershipSpan]:
    """One a room, as of `pos`, oldest first."""
    rows: Any = tx.all(_AT, shard=shard_of(user_id), user_id=user_id, pos=pos)
    return [MembershipSpan(*row) for row in rows]


def spans_after(tx: ReadTx, user_id: str, after: int, upto: int) -> dict[str, list[MembershipSpan]]:
    """Spans that began in (after, upto], by room, oldest first."""
    rows: Any = tx.all(_AFTER, shard=shard_of(user_id), user_id=user_id, after=after, upto=upto)
    spans: dict[str, list[MembershipSpan]] = defaultdict(list)
    for row in rows:
        spans[row.room_id].append(MembershipSpan(*row))
    return spans


def forgotten_rooms(tx: ReadTx, user_id: str, upto: int) -> set[str]:
    return set(tx.scalars(_FORGOTTEN, shard=shard_of(user_id), user_id=user_id, upto=upto))
