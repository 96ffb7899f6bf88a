"""One thing that waits to be sent."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    queue: str
    pos: int
    body: bytes
    put_at_ms: int
    attempts: int


def key_of(batch: Sequence[Item]) -> str:
    """The same whenever the same items are sent again, so that a receiver can leave out a repeat.

    The body is part of it: positions start again when a database is made anew.
    """
    digest = hashlib.blake2b(digest_size=16)
    for item in batch:
        head = f"{item.queue}\0{item.pos}\0{len(item.body)}\0"
        digest.update(head.encode("utf-8", "surrogatepass"))
        digest.update(item.body)
    return digest.hexdigest()
