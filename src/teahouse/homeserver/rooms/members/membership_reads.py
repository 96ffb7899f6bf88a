"""Who is in which room, now or at a position."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.rooms.state import state_reads
from teahouse.homeserver.rooms.tables import FOREVER, event, membership, room_state
from teahouse.kit.database import ReadTx
from teahouse.kit.listed import as_parameter, listed
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of

HEROES = 5
NAMES = ("m.room.name", "m.room.canonical_alias")
"""State by which a room is called."""

MEMBERSHIPS = "memberships"

# Built once: a sync of many rooms runs these for each of them.
_OF_PERSON = (
    sa.select(
        membership.c.room_id, membership.c.from_pos, membership.c.to_pos, membership.c.membership
    )
    .where(
        membership.c.shard == sa.bindparam("shard"), membership.c.user_id == sa.bindparam("user_id")
    )
    .order_by(membership.c.room_id, membership.c.from_pos)
)
_ALL_MEMBERSHIPS = Prepared(_OF_PERSON)
_MEMBERSHIPS = Prepared(_OF_PERSON.where(membership.c.room_id == sa.bindparam("room_id")))
_MEMBERS_AT = (
    room_state.c.shard == sa.bindparam("shard"),
    room_state.c.room_id == sa.bindparam("room_id"),
    room_state.c.type == "m.room.member",
    room_state.c.from_pos <= sa.bindparam("upto"),
    room_state.c.to_pos > sa.bindparam("upto"),
)
_COUNTS = Prepared(
    sa.select(room_state.c.membership, sa.func.count().label("members"))
    .where(*_MEMBERS_AT)
    .group_by(room_state.c.membership)
)
_FIRST_OTHERS = Prepared(
    sa.select(room_state.c.state_key)
    .where(
        *_MEMBERS_AT,
        room_state.c.membership.in_(sa.bindparam("memberships", expanding=True)),
        room_state.c.state_key != sa.bindparam("user_id"),
    )
    .order_by(room_state.c.from_pos)
    .limit(HEROES)
)

_NAMED = Prepared(
    sa.select(event.c.body)
    .select_from(room_state)
    .join(event, state_reads.STATE_EVENT)
    .where(
        room_state.c.shard == sa.bindparam("shard"),
        room_state.c.room_id == sa.bindparam("room_id"),
        room_state.c.type.in_(NAMES),
        room_state.c.state_key == "",
        room_state.c.from_pos <= sa.bindparam("upto"),
        room_state.c.to_pos > sa.bindparam("upto"),
    )
)


@dataclass(frozen=True, slots=True)
class Membership:
    """One interval: of one person in one room."""

    from_pos: int
    to_pos: int
    membership: str


def joined_rooms(tx: ReadTx, user_id: str) -> list[str]:
    """In the order in which they were joined."""
    return list(
        tx.scalars(
            sa.select(membership.c.room_id)
            .where(*_now(user_id, "join"))
            .order_by(membership.c.from_pos)
        )
    )


def shares_room(tx: ReadTx, a: str, b: str) -> bool:
    """Whether both are in a room now."""
    theirs = sa.select(membership.c.room_id).where(*_now(b, "join"))
    shared = sa.select(membership.c.room_id).where(
        *_now(a, "join"), membership.c.room_id.in_(theirs)
    )
    return tx.first(shared.limit(1)) is not None


def sharing_users(tx: ReadTx, user_id: str) -> set[str]:
    """Everyone who is in a room that `user_id` is in, themselves among them."""
    rooms = ((shard_of(room_id), room_id) for room_id in joined_rooms(tx, user_id))
    return set(tx.scalars(_joined_in_any(tx.dialect_name), rooms=as_parameter(rooms)))


@cache
def _joined_in_any(dialect: str) -> Prepared:
    rooms = listed(dialect, "rooms", shard=int, room_id=str)
    in_one = sa.and_(room_state.c.shard == rooms.c.shard, room_state.c.room_id == rooms.c.room_id)
    return Prepared(
        sa.select(room_state.c.state_key)
        .distinct()
        .select_from(rooms)
        .join(room_state, in_one)
        .where(
            room_state.c.type == "m.room.member",
            room_state.c.to_pos == FOREVER,
            room_state.c.membership == "join",
        )
    )


def joined_members(tx: ReadTx, room_id: str) -> list[str]:
    return list(
        tx.scalars(
            sa.select(room_state.c.state_key).where(
                *_members_of(room_id),
                room_state.c.to_pos == FOREVER,
                room_state.c.membership == "join",
            )
        )
    )


def joined_members_at(tx: ReadTx, room_id: str, pos: int) -> list[str]:
    return list(
        tx.scalars(
            sa.select(room_state.c.state_key).where(
                *_members_of(room_id), *_at(pos), room_state.c.membership == "join"
            )
        )
    )


def departed_members(tx: ReadTx, room_id: str, after: int, upto: int) -> list[str]:
    """Who was in the room at `after` and has been out of it since, in (after, upto]."""
    before = room_state.alias("before")
    was_in = (
        sa.exists()
        .where(
            before.c.shard == room_state.c.shard,
            before.c.room_id == room_state.c.room_id,
            before.c.type == room_state.c.type,
            before.c.state_key == room_state.c.state_key,
            before.c.from_pos <= after,
            before.c.to_pos > after,
            before.c.membership == "join",
        )
        .correlate(room_state)
    )
    return list(
        tx.scalars(
            sa.select(room_state.c.state_key).where(
                *_members_of(room_id),
                room_state.c.from_pos > after,
                room_state.c.from_pos <= upto,
                room_state.c.membership != "join",
                was_in,
            )
        )
    )


def membership_at(tx: ReadTx, user_id: str, room_id: str, pos: int) -> str | None:
    """What the newest membership event at `pos` says; None when there has been none."""
    found: str | None = tx.scalar(
        sa.select(membership.c.membership).where(
            *_of(user_id, room_id), membership.c.from_pos <= pos, membership.c.to_pos > pos
        )
    )
    return found


def memberships(tx: ReadTx, user_id: str, room_id: str, after: int = -1) -> list[Membership]:
    """The intervals that end after `after`, oldest first, each as long as nothing changed."""
    everything = tx.remembered(
        (MEMBERSHIPS, user_id, room_id), lambda: _memberships(tx, user_id, room_id)
    )
    return [interval for interval in everything if interval.to_pos > after]


def read_ahead(tx: ReadTx, user_id: str) -> None:
    """Reads the person's memberships of all rooms at once, for `memberships` to find."""
    by_room: dict[str, list[sa.Row[Any]]] = defaultdict(list)
    for row in tx.all(_ALL_MEMBERSHIPS, shard=shard_of(user_id), user_id=user_id):
        by_room[row.room_id].append(row)
    for room_id, rows in by_room.items():
        tx.remembered((MEMBERSHIPS, user_id, room_id), partial(_merged, rows))


def _memberships(tx: ReadTx, user_id: str, room_id: str) -> list[Membership]:
    own = {"shard": shard_of(user_id), "user_id": user_id, "room_id": room_id}
    return _merged(tx.all(_MEMBERSHIPS, **own))


def _merged(rows: Sequence[sa.Row[Any]]) -> list[Membership]:
    merged: list[Membership] = []
    for row in rows:
        if merged and merged[-1].membership == row.membership and merged[-1].to_pos == row.from_pos:
            merged[-1] = Membership(merged[-1].from_pos, row.to_pos, row.membership)
        else:
            merged.append(Membership(row.from_pos, row.to_pos, row.membership))
    return merged


def summary(tx: ReadTx, room_id: str, user_id: str, upto: int) -> dict[str, Any]:
    """The `summary` of a joined room in sync, as of `upto`. Heroes: where it has no name.

    Source: client-server API, GET /sync, "RoomSummary"
    """
    members = counts(tx, room_id, upto)
    found: dict[str, Any] = {
        "m.joined_member_count": members.get("join", 0),
        "m.invited_member_count": members.get("invite", 0),
    }
    if not _is_named(tx, room_id, upto):
        found["m.heroes"] = heroes(tx, room_id, user_id, upto)
    return found


def _is_named(tx: ReadTx, room_id: str, upto: int) -> bool:
    rows = tx.all(_NAMED, shard=shard_of(room_id), room_id=room_id, upto=upto)
    contents = [msgspec.json.decode(row.body)["content"] for row in rows]
    return any(said.get("name") or said.get("alias") for said in contents)


def heroes(tx: ReadTx, room_id: str, user_id: str, upto: int) -> list[str]:
    """Up to 5 others, by whom a client names a room that has no name."""
    present = _first_others(tx, room_id, user_id, upto, ("join", "invite"))
    return present or _first_others(tx, room_id, user_id, upto, ("leave", "ban"))


def _first_others(
    tx: ReadTx, room_id: str, user_id: str, upto: int, memberships: Sequence[str]
) -> list[str]:
    at = {"shard": shard_of(room_id), "room_id": room_id, "upto": upto}
    return list(tx.scalars(_FIRST_OTHERS, **at, user_id=user_id, memberships=list(memberships)))


def counts(tx: ReadTx, room_id: str, upto: int) -> dict[str, int]:
    """How many there are by membership, as of `upto`."""
    rows = tx.all(_COUNTS, shard=shard_of(room_id), room_id=room_id, upto=upto)
    return {row.membership: row.members for row in rows}


def _members_of(room_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (*state_reads.in_room(room_id), room_state.c.type == "m.room.member")


def _at(pos: int) -> tuple[sa.ColumnElement[bool], ...]:
    return room_state.c.from_pos <= pos, room_state.c.to_pos > pos


def _of(user_id: str, room_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        membership.c.shard == shard_of(user_id),
        membership.c.user_id == user_id,
        membership.c.room_id == room_id,
    )


def _now(user_id: str, wanted: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        membership.c.shard == shard_of(user_id),
        membership.c.user_id == user_id,
        membership.c.membership == wanted,
        membership.c.to_pos == FOREVER,
    )
