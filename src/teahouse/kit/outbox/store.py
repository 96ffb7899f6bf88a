"""The SQL of the outbox."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from teahouse.kit.database import ReadTx
from teahouse.kit.listed import as_parameter, is_listed
from teahouse.kit.log import WriteTx
from teahouse.kit.outbox.item import Item
from teahouse.kit.outbox.tables import outbox
from teahouse.kit.prepared import Prepared
from teahouse.kit.shards import shard_of

_c = outbox.c
_QUEUE = sa.and_(_c.shard == sa.bindparam("of_shard"), _c.queue == sa.bindparam("of_queue"))
_DUE = Prepared(
    sa.select(_c.queue)
    .where(_c.due_at_ms <= sa.bindparam("now_ms"))
    .group_by(_c.shard, _c.queue)
    .order_by(sa.func.min(_c.due_at_ms))
    .limit(sa.bindparam("max_queues"))
)
_NEXT_DUE = Prepared(
    sa.select(sa.func.min(_c.due_at_ms)).where(_c.due_at_ms > sa.bindparam("now_ms"))
)
_SIZES = Prepared(
    sa.select(_c.pos, _c.attempts, _c.due_at_ms, sa.func.length(_c.body).label("size_bytes"))
    .where(_QUEUE)
    .order_by(_c.pos)
    .limit(sa.bindparam("max_rows"))
)
_ITEMS = Prepared(
    sa.select(_c.pos, _c.body, _c.put_at_ms, _c.attempts)
    .where(_QUEUE, _c.pos <= sa.bindparam("last_pos"))
    .order_by(_c.pos)
)
_SENT = sa.delete(outbox).where(is_listed("sent", _c.shard, _c.queue, _c.pos))
_FAILED = (
    sa.update(outbox)
    .where(_QUEUE, _c.pos <= sa.bindparam("last_pos"))
    .values(attempts=_c.attempts + 1)
)
_POSTPONED = (
    sa.update(outbox)
    .where(_QUEUE, _c.due_at_ms < sa.bindparam("until_ms"))
    .values(due_at_ms=sa.bindparam("until_ms"))
)
_NEWEST_CUT = Prepared(
    sa.select(_c.pos)
    .where(_QUEUE)
    .order_by(_c.pos.desc())
    .offset(sa.bindparam("max_rows"))
    .limit(1)
)
_CUT = sa.delete(outbox).where(
    _QUEUE, _c.pos > sa.bindparam("head_pos"), _c.pos <= sa.bindparam("last_pos")
)


@dataclass(frozen=True, slots=True)
class Page:
    """The oldest items of a queue, which are due at `due_at_ms`; `is_last` when there are no more.

    Items have all failed the same number of times: a batch that failed is sent again as it was.
    """

    items: Sequence[Item]
    due_at_ms: int
    is_last: bool


def due(tx: ReadTx, now_ms: int, max_queues: int) -> tuple[Sequence[str], int | None]:
    """Queues with something due, and when the next becomes due."""
    queues = tx.scalars(_DUE, now_ms=now_ms, max_queues=max_queues)
    return queues, tx.scalar(_NEXT_DUE, now_ms=now_ms)


def page(tx: ReadTx, queue: str, max_rows: int, max_bytes: int) -> Page | None:
    """At least one item, however large. None where the queue is empty."""
    of = {"of_shard": shard_of(queue), "of_queue": queue}
    sizes = tx.all(_SIZES, **of, max_rows=max_rows)
    if not sizes:
        return None
    head = sizes[0]
    last_pos, size_bytes, count = head.pos, 0, 0
    for row in sizes:
        size_bytes += row.size_bytes
        if count and (size_bytes > max_bytes or row.attempts != head.attempts):
            break
        last_pos, count = row.pos, count + 1
    items = [
        Item(queue, row.pos, row.body, row.put_at_ms, row.attempts)
        for row in tx.all(_ITEMS, **of, last_pos=last_pos)
    ]
    return Page(items, head.due_at_ms, count == len(sizes) and count < max_rows)


def delete_sent(tx: WriteTx, sent: Iterable[Item]) -> None:
    tx.run(_SENT, sent=as_parameter((shard_of(i.queue), i.queue, i.pos) for i in sent))


def delete_queue(tx: WriteTx, queue: str) -> None:
    tx.run(sa.delete(outbox).where(_QUEUE), of_shard=shard_of(queue), of_queue=queue)


def fail(tx: WriteTx, queue: str, last_pos: int, until_ms: int) -> None:
    """Up to `last_pos` was tried in vain; the whole queue waits."""
    tx.run(_FAILED, of_shard=shard_of(queue), of_queue=queue, last_pos=last_pos)
    postpone(tx, queue, until_ms)


def postpone(tx: WriteTx, queue: str, until_ms: int) -> None:
    tx.run(_POSTPONED, of_shard=shard_of(queue), of_queue=queue, until_ms=until_ms)


def cut(tx: WriteTx, queue: str, head_pos: int, max_rows: int) -> int:
    """Deletes the oldest of too many after `head_pos`, whose attempts say when to give up."""
    of = {"of_shard": shard_of(queue), "of_queue": queue}
    last_pos = tx.scalar(_NEWEST_CUT, **of, max_rows=max_rows)
    if last_pos is None:
        return 0
    return tx.run(_CUT, **of, head_pos=head_pos, last_pos=last_pos).rowcount


_WAITING = Prepared(sa.select(_c.queue, sa.func.count().label("items")).group_by(_c.queue))


def waiting_by_kind(tx: ReadTx) -> dict[str, int]:
    """How many items wait, by kind of receiver."""
    counts: dict[str, int] = {}
    for row in tx.all(_WAITING):
        kind = row.queue.partition("/")[0]
        counts[kind] = counts.get(kind, 0) + row.items
    return counts
