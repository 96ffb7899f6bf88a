"""All SQL of delayed events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from teahouse.homeserver.delayed.model import Delayed, Due, Outcome, Wanted
from teahouse.homeserver.delayed.rules import MAX_FINALISED, shard_of_delay
from teahouse.homeserver.delayed.tables import delayed_event
from teahouse.kit.database import ReadTx
from teahouse.kit.log import WriteTx
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of

_c = delayed_event.c
_WAITS = _c.finalised_at_ms.is_(None)
_DUE = Prepared(
    sa.select(_c.delay_id, _c.user_id)
    .where(_WAITS, _c.send_at_ms <= sa.bindparam("now_ms"))
    .order_by(_c.send_at_ms)
    .limit(sa.bindparam("most"))
)
_NEXT = Prepared(sa.select(sa.func.min(_c.send_at_ms)).where(_WAITS))

ENDED_AT = _c.finalised_at_ms


def add(tx: WriteTx, delay_id: str, wanted: Wanted) -> None:
    tx.insert(
        delayed_event,
        shard=shard_of(wanted.room_id),
        delay_id=delay_id,
        user_id=wanted.user_id,
        room_id=wanted.room_id,
        type=wanted.type,
        state_key=wanted.state_key,
        content=msgspec.json.encode(wanted.content),
        delay_ms=wanted.delay_ms,
        since_ms=tx.now_ms,
        send_at_ms=tx.now_ms + wanted.delay_ms,
    )


def find(tx: ReadTx, delay_id: str) -> Delayed | None:
    row = tx.first(sa.select(delayed_event).where(*_is(delay_id)))
    return None if row is None else _delayed(row)


def scheduled(tx: ReadTx, user_id: str) -> list[Delayed]:
    """The one that is sent next comes first."""
    mine = sa.select(delayed_event).where(_c.user_id == user_id, _WAITS)
    return [_delayed(row) for row in tx.all(mine.order_by(_c.send_at_ms, _c.delay_id))]


def count(tx: ReadTx, user_id: str) -> tuple[int, int]:
    """How many of a person's wait, and when the next of them is sent."""
    waiting = sa.func.count().label("waiting")
    next_at_ms = sa.func.min(_c.send_at_ms).label("next_at_ms")
    found = tx.first(sa.select(waiting, next_at_ms).where(_c.user_id == user_id, _WAITS))
    return (0, 0) if found is None else (found.waiting, found.next_at_ms or 0)


def due(tx: ReadTx, now_ms: int, most: int) -> tuple[Sequence[Due], int | None]:
    """Those that are due, in the order of their time; when the first of all that wait is."""
    rows = tx.all(_DUE, now_ms=now_ms, most=most)
    return [Due(row.delay_id, row.user_id) for row in rows], tx.scalar(_NEXT)


def restart(tx: WriteTx, delayed: Delayed) -> int:
    """When it is sent now."""
    send_at_ms = tx.now_ms + delayed.wanted.delay_ms
    values = {"since_ms": tx.now_ms, "send_at_ms": send_at_ms}
    tx.run(sa.update(delayed_event).where(*_is(delayed.delay_id)).values(values))
    return send_at_ms


def finalise(tx: WriteTx, delayed: Delayed, outcome: Outcome) -> None:
    """And forgets what its owner has too many of."""
    tx.run(
        sa.update(delayed_event)
        .where(*_is(delayed.delay_id))
        .values(
            finalised_at_ms=outcome.at_ms,
            event_id=outcome.event_id,
            error=None if outcome.error is None else msgspec.json.encode(outcome.error),
        )
    )
    too_many = (
        sa.select(_c.delay_id)
        .where(_c.user_id == delayed.wanted.user_id, _c.finalised_at_ms.is_not(None))
        .order_by(_c.finalised_at_ms.desc(), _c.send_at_ms.desc())
        .offset(MAX_FINALISED)
        .limit(MAX_FINALISED)
    )
    for delay_id in tx.scalars(too_many):
        tx.run(sa.delete(delayed_event).where(*_is(delay_id)))


def forget_user(tx: WriteTx, user_id: str) -> None:
    tx.run(sa.delete(delayed_event).where(_c.user_id == user_id))


def _is(delay_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    shard = shard_of_delay(delay_id)
    return (sa.false(),) if shard is None else (_c.shard == shard, _c.delay_id == delay_id)


def _delayed(row: Any) -> Delayed:
    content = msgspec.json.decode(row.content)
    wanted = Wanted(row.user_id, row.room_id, row.type, row.state_key, content, row.delay_ms)
    outcome = None
    if row.finalised_at_ms is not None:
        error = None if row.error is None else msgspec.json.decode(row.error)
        outcome = Outcome(row.finalised_at_ms, row.event_id, error)
    return Delayed(row.delay_id, wanted, row.since_ms, outcome)
