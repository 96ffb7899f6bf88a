"""Events of all rooms in the order of the log, each as a line: for who follows all of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from teahouse.homeserver.rooms.published import EventAppended
from teahouse.homeserver.rooms.state import state_reads
from teahouse.homeserver.rooms.tables import event, membership, room, room_state
from teahouse.kit.database import ReadTx
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of

WINDOW = 10_000
"""Positions that are looked at together: what is far behind is not all sorted for each page."""

MEMBER = "m.room.member"


@dataclass(frozen=True, slots=True)
class Happening:
    """`member` and `membership` where it is a membership event."""

    room_id: str
    pos: int
    size_bytes: int
    member: str | None = None
    membership: str | None = None


def happening(appended: EventAppended) -> Happening:
    member = appended.state_key if appended.membership is not None else None
    size_bytes = len(appended.body) + len(appended.unsigned or b"")
    return Happening(appended.room_id, appended.pos, size_bytes, member, appended.membership)


_of_room = sa.and_(event.c.shard == room.c.shard, event.c.room_id == room.c.room_id)
_its_membership = sa.and_(
    event.c.type == MEMBER,
    room_state.c.shard == event.c.shard,
    room_state.c.room_id == event.c.room_id,
    room_state.c.type == MEMBER,
    room_state.c.state_key == event.c.state_key,
    room_state.c.from_pos == event.c.pos,
)
_BETWEEN = Prepared(
    sa.select(
        event.c.room_id,
        event.c.pos,
        sa.func.length(event.c.body) + sa.func.coalesce(sa.func.length(event.c.unsigned), 0),
        room_state.c.state_key,
        room_state.c.membership,
    )
    .select_from(room.join(event, _of_room).outerjoin(room_state, _its_membership))
    .where(event.c.pos > sa.bindparam("after"), event.c.pos <= sa.bindparam("upto"))
    .order_by(event.c.pos)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_first_in_room = (
    sa.select(event.c.pos)
    .where(_of_room, event.c.pos > sa.bindparam("after"), event.c.pos <= sa.bindparam("upto"))
    .order_by(event.c.pos)
    .limit(1)
    .correlate(room)
    .scalar_subquery()
)
_FIRST = Prepared(sa.select(sa.func.min(_first_in_room)))


def between(tx: ReadTx, after: int, upto: int, most: int) -> tuple[list[Happening], int]:
    """What happened at after < pos, oldest first; and the position up to which that is all.

    Looks into every room: for who has lost the thread, not for who follows it.
    """
    reached = min(upto, after + WINDOW)
    found = _between(tx, after, reached, most)
    if not found and reached < upto:
        first = tx.scalar(_FIRST, after=reached, upto=upto)
        if first is None:
            return [], upto
        reached = min(upto, first - 1 + WINDOW)
        found = _between(tx, first - 1, reached, most)
    return found, found[-1].pos if len(found) == most else reached


def _between(tx: ReadTx, after: int, upto: int, most: int) -> list[Happening]:
    rows: Any = tx.all(_BETWEEN, after=after, upto=upto, most=most)
    return [Happening(*row) for row in rows]


def joined_before(tx: ReadTx, room_id: str, pos: int) -> Sequence[str]:
    """Who was in the room just before a position."""
    return tx.scalars(
        sa.select(room_state.c.state_key).where(
            *state_reads.in_room(room_id),
            room_state.c.type == MEMBER,
            room_state.c.from_pos < pos,
            room_state.c.to_pos >= pos,
            room_state.c.membership == "join",
        )
    )


def invitations(tx: ReadTx, at: Collection[tuple[str, int]]) -> dict[int, bytes]:
    """By position, what (user_id, pos) was shown of the room with an invitation: a JSON list."""
    found: dict[int, bytes] = {}
    for user_id, pos in at:
        shown = tx.scalar(
            sa.select(membership.c.stripped_state).where(
                membership.c.shard == shard_of(user_id),
                membership.c.user_id == user_id,
                membership.c.from_pos == pos,
                membership.c.membership == "invite",
            )
        )
        if shown:
            found[pos] = bytes(shown)
    return found
