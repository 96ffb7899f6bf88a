"""Who of many people a person may come across: in a room with them, or in one open to everybody.

Source: client-server API, "User Directory"
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.rooms.members import membership_reads
from teahouse.homeserver.rooms.state.state_reads import STATE_EVENT
from teahouse.homeserver.rooms.tables import FOREVER, event, membership, room_state
from teahouse.kit.database import ReadTx
from teahouse.kit.listed import as_parameter, listed
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of

MAX_MEMBERSHIPS = 20_000
OPEN = {
    "m.room.join_rules": ("join_rule", "public"),
    "m.room.history_visibility": ("history_visibility", "world_readable"),
}


def who_is_met(tx: ReadTx, viewer: str, user_ids: Collection[str]) -> set[str]:
    """Of `user_ids`; `viewer` is met only where everybody is."""
    own = set(membership_reads.joined_rooms(tx, viewer))
    met: set[str] = set()
    elsewhere: dict[str, set[str]] = defaultdict(set)
    for user_id, room_id in _joined(tx, user_ids):
        if room_id in own and user_id != viewer:
            met.add(user_id)
        else:
            elsewhere[room_id].add(user_id)
    unmet = {room_id: there - met for room_id, there in elsewhere.items() if there - met}
    for room_id in _open(tx, unmet):
        met |= unmet[room_id]
    return met


def _joined(tx: ReadTx, user_ids: Collection[str]) -> list[tuple[str, str]]:
    """(user, room) of present memberships."""
    people = as_parameter((shard_of(user_id), user_id) for user_id in user_ids)
    rows = tx.all(_joined_of(tx.dialect_name), people=people)
    return [(row.user_id, row.room_id) for row in rows]


def _open(tx: ReadTx, room_ids: Iterable[str]) -> set[str]:
    rooms = as_parameter((shard_of(room_id), room_id) for room_id in room_ids)
    return {row.room_id for row in tx.all(_rules_of(tx.dialect_name), rooms=rooms) if _opens(row)}


def _opens(row: sa.Row[Any]) -> bool:
    key, value = OPEN[row.type]
    return bool(msgspec.json.decode(row.body)["content"].get(key) == value)


@cache
def _joined_of(dialect: str) -> Prepared:
    people = listed(dialect, "people", shard=int, user_id=str)
    same = sa.and_(membership.c.shard == people.c.shard, membership.c.user_id == people.c.user_id)
    return Prepared(
        sa.select(membership.c.user_id, membership.c.room_id)
        .select_from(people)
        .join(membership, same)
        .where(membership.c.membership == "join", membership.c.to_pos == FOREVER)
        .limit(MAX_MEMBERSHIPS)
    )


@cache
def _rules_of(dialect: str) -> Prepared:
    rooms = listed(dialect, "rooms", shard=int, room_id=str)
    in_one = sa.and_(room_state.c.shard == rooms.c.shard, room_state.c.room_id == rooms.c.room_id)
    return Prepared(
        sa.select(room_state.c.room_id, room_state.c.type, event.c.body)
        .select_from(rooms)
        .join(room_state, in_one)
        .join(event, STATE_EVENT)
        .where(
            room_state.c.type.in_(tuple(OPEN)),
            room_state.c.state_key == "",
            room_state.c.to_pos == FOREVER,
        )
    )
