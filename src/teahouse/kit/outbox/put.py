"""Putting something into the outbox, in the transaction of the change that causes it."""

from __future__ import annotations

from dataclasses import dataclass

from teahouse.kit.log import WriteTx
from teahouse.kit.outbox import store
from teahouse.kit.outbox.tables import outbox
from teahouse.kit.shards import shard_of

MAX_BODY_BYTES = 256 << 10


@dataclass(frozen=True, slots=True)
class Put:
    """The queue has something new."""

    queue: str


def put(tx: WriteTx, queue: str, body: bytes) -> None:
    """`queue` is kind/name: the kind says who sends it; what is in one queue is sent in order.

    Costs no statement of its own. Errors: ValueError when `body` is over MAX_BODY_BYTES.
    """
    if len(body) > MAX_BODY_BYTES:
        raise ValueError(f"{len(body)} bytes are too many for the outbox")
    tx.insert(
        outbox,
        shard=shard_of(queue),
        queue=queue,
        pos=tx.next_pos(),
        body=body,
        put_at_ms=tx.now_ms,
        attempts=0,
        due_at_ms=tx.now_ms,
    )
    tx.publish(Put(queue))


def drop(tx: WriteTx, queue: str) -> None:
    """Forgets what waits in a queue; what is being sent now may still arrive."""
    store.delete_queue(tx, queue)


def kind_of(queue: str) -> str:
    return queue.partition("/")[0]
