"""A person's memberships as spans of positions: what they were in, from when to when."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.rooms.tables import forgotten, membership
from teahouse.kit.database import ReadTx
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


_COLUMNS = tuple(membership.c[name] for name in MembershipSpan.__dataclass_fields__)


def spans_at(tx: ReadTx, user_id: str, pos: int) -> list[MembershipSpan]:
    """One a room, as of `pos`, oldest first."""
    rows = tx.all(
        sa.select(*_COLUMNS)
        .where(*_of(user_id), membership.c.from_pos <= pos, membership.c.to_pos > pos)
        .order_by(membership.c.from_pos)
    )
    return [_span(row) for row in rows]


def spans_after(tx: ReadTx, user_id: str, after: int, upto: int) -> dict[str, list[MembershipSpan]]:
    """Spans that began in (after, upto], by room, oldest first."""
    rows = tx.all(
        sa.select(*_COLUMNS)
        .where(*_of(user_id), membership.c.from_pos > after, membership.c.from_pos <= upto)
        .order_by(membership.c.from_pos)
    )
    spans: dict[str, list[MembershipSpan]] = defaultdict(list)
    for row in rows:
        spans[row.room_id].append(_span(row))
    return spans


def forgotten_rooms(tx: ReadTx, user_id: str, upto: int) -> set[str]:
    return set(
        tx.scalars(
            sa.select(forgotten.c.room_id).where(
                forgotten.c.shard == shard_of(user_id),
                forgotten.c.user_id == user_id,
                forgotten.c.pos <= upto,
            )
        )
    )


def _span(row: sa.Row[Any]) -> MembershipSpan:
    return MembershipSpan(*tuple(row))


def _of(user_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return membership.c.shard == shard_of(user_id), membership.c.user_id == user_id
