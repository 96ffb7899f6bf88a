"""Whether what is stored of rooms is whole: hashes, order, state that covers each position once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Any

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.rooms.tables import FOREVER, event, membership, room, room_state
from teahouse.homeserver.rooms.timeline.pdus import pdu_of
from teahouse.homeserver.rooms.timeline.stored import is_redacted
from teahouse.homeserver.rooms.upkeep import purge_store
from teahouse.kit.database import ReadTx
from teahouse.kit.log.tables import log_head
from teahouse.kit.shards import shard_of
from teahouse.protocol import events
from teahouse.protocol.room_versions import ROOM_VERSIONS, RoomVersion

PAGE = 1_000


def problems(tx: ReadTx) -> Iterator[str]:
    """A sentence for each thing that is wrong."""
    head = tx.scalar(sa.select(sa.func.max(log_head.c.pos))) or 0
    for row in tx.all(sa.select(room.c.room_id, room.c.version, room.c.shard)):
        if row.shard != shard_of(row.room_id):
            yield f"room {row.room_id}: it is in shard {row.shard}"
            continue
        version = ROOM_VERSIONS.get(row.version)
        if version is None:
            yield f"room {row.room_id}: version {row.version} is not known"
            continue
        yield from _event_problems(tx, row.room_id, version, head)
        yield from _state_problems(tx, row.room_id)
        yield from _membership_problems(tx, row.room_id)


def _event_problems(tx: ReadTx, room_id: str, version: RoomVersion, head: int) -> Iterator[str]:
    before: str | None = None
    before_pos, purged_upto = -1, purge_store.purged_upto(tx, room_id)
    for row in _events(tx, room_id):
        where = f"room {room_id}: event {row.event_id}"
        if row.pos > head:
            yield f"{where} is at {row.pos}, past the head {head}"
        try:
            pdu = pdu_of(version, row.body, row.edges)
            yield from (f"{where} {problem}" for problem in _hash_problems(version, row, pdu))
            previous = events.referenced_ids(version, pdu["prev_events"])
        except (msgspec.DecodeError, KeyError, TypeError) as error:
            yield f"{where} can't be read: {type(error).__name__}"
            before, before_pos = row.event_id, row.pos
            continue
        # Between what a purge has left there are gaps.
        is_after_gap = before is not None and before_pos <= purged_upto
        if not is_after_gap and previous != ([] if before is None else [before]):
            yield f"{where} does not follow {before}"
        before, before_pos = row.event_id, row.pos


def _hash_problems(version: RoomVersion, row: sa.Row[Any], pdu: events.Pdu) -> Iterator[str]:
    if events.event_id(version, pdu) != row.event_id:
        yield "has an id that is not its hash"
    if not is_redacted(row.unsigned) and events.content_hash(pdu) != pdu["hashes"]["sha256"]:
        yield "has a content that is not what was hashed"


def _events(tx: ReadTx, room_id: str) -> Iterator[sa.Row[Any]]:
    after = -1
    columns = (event.c.pos, event.c.event_id, event.c.body, event.c.edges, event.c.unsigned)
    while True:
        page = tx.all(
            sa.select(*columns)
            .where(
                event.c.shard == shard_of(room_id),
                event.c.room_id == room_id,
                event.c.pos > after,
            )
            .order_by(event.c.pos)
            .limit(PAGE)
        )
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].pos


def _state_problems(tx: ReadTx, room_id: str) -> Iterator[str]:
    same = sa.and_(
        event.c.shard == room_state.c.shard,
        event.c.room_id == room_state.c.room_id,
        event.c.pos == room_state.c.from_pos,
    )
    rows = tx.all(
        sa.select(
            room_state.c.type,
            room_state.c.state_key,
            room_state.c.from_pos,
            room_state.c.to_pos,
            room_state.c.event_id,
            event.c.event_id.label("found"),
        )
        .select_from(room_state.outerjoin(event, same))
        .where(room_state.c.shard == shard_of(room_id), room_state.c.room_id == room_id)
        .order_by(room_state.c.type, room_state.c.state_key, room_state.c.from_pos)
    )
    for (type, state_key), group in groupby(rows, key=lambda row: (row.type, row.state_key)):
        spans = list(group)
        where = f"room {room_id}: state {type} {state_key!r}"
        yield from (
            f"{where} at {span.from_pos} has no such event"
            for span in spans
            if span.found != span.event_id
        )
        yield from _span_problems(where, spans)


def _span_problems(where: str, spans: list[sa.Row[Any]]) -> Iterator[str]:
    for earlier, later in pairwise(spans):
        if earlier.to_pos != later.from_pos:
            yield f"{where} ends at {earlier.to_pos} and goes on at {later.from_pos}"
    if spans[-1].to_pos != FOREVER:
        yield f"{where} has no current event"


def _membership_problems(tx: ReadTx, room_id: str) -> Iterator[str]:
    """The room's members and the users' rooms must say the same."""
    of_room = tx.all(
        sa.select(
            room_state.c.state_key.label("user_id"),
            room_state.c.from_pos,
            room_state.c.to_pos,
            room_state.c.membership,
        ).where(
            room_state.c.shard == shard_of(room_id),
            room_state.c.room_id == room_id,
            room_state.c.type == "m.room.member",
        )
    )
    for user_id, group in groupby(sorted(map(tuple, of_room)), key=lambda row: row[0]):
        of_user = tx.all(
            sa.select(
                membership.c.user_id,
                membership.c.from_pos,
                membership.c.to_pos,
                membership.c.membership,
            )
            .where(
                membership.c.shard == shard_of(user_id),
                membership.c.user_id == user_id,
                membership.c.room_id == room_id,
            )
            .order_by(membership.c.from_pos)
        )
        if list(map(tuple, of_user)) != list(group):
            yield f"room {room_id}: the memberships of {user_id} differ from the user's own"
