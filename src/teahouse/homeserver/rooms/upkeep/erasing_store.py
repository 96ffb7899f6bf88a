"""The SQL of erasing."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from teahouse.homeserver.rooms.tables import erased_sender, event, membership
from teahouse.homeserver.rooms.timeline.stored import in_room
from teahouse.kit.database import ReadTx
from teahouse.kit.log import WriteTx
from teahouse.kit.shards import shard_of
from teahouse.kit.upsert import upsert


def begin(tx: WriteTx, user_id: str, pos: int) -> None:
    keys = {"shard": shard_of(user_id), "user_id": user_id}
    upsert(tx, erased_sender, keys, {"pos": pos, "is_done": False})


def is_erased(tx: ReadTx, user_id: str) -> bool:
    return tx.first(sa.select(erased_sender.c.pos).where(*_is(user_id))) is not None


def begun(tx: ReadTx) -> list[tuple[str, int]]:
    rows = tx.all(sa.select(erased_sender).where(erased_sender.c.is_done.is_(False)))
    return [(row.user_id, row.pos) for row in rows]


def finish(tx: WriteTx, user_id: str, pos: int) -> None:
    """Unless it was begun anew meanwhile."""
    same = (*_is(user_id), erased_sender.c.pos == pos)
    tx.run(sa.update(erased_sender).where(*same).values(is_done=True))


def rooms_of(tx: ReadTx, user_id: str) -> Sequence[str]:
    mine = (membership.c.shard == shard_of(user_id), membership.c.user_id == user_id)
    return tx.scalars(sa.select(membership.c.room_id).where(*mine).distinct())


def unmarked(tx: ReadTx, room_id: str, user_id: str, upto: int) -> Sequence[int]:
    """Positions of what they said until then, and of their memberships."""
    said = sa.or_(event.c.state_key.is_(None), _is_own_membership(user_id))
    return tx.scalars(
        sa.select(event.c.pos).where(
            *in_room(room_id),
            event.c.sender == user_id,
            event.c.pos <= upto,
            event.c.erased_pos.is_(None),
            said,
        )
    )


def mark(tx: WriteTx, room_id: str, some: Sequence[int], pos: int) -> None:
    here = (*in_room(room_id), event.c.pos.in_(some))
    tx.run(sa.update(event).where(*here).values(erased_pos=pos))


def _is(user_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return erased_sender.c.shard == shard_of(user_id), erased_sender.c.user_id == user_id


def _is_own_membership(user_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(event.c.type == "m.room.member", event.c.state_key == user_id)
