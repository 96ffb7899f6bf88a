"""One (device, request path, txn_id) is one result."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from teahouse.kit.shards import shard_of


@dataclass(frozen=True, slots=True)
class Once:
    """The identity of a request that may be retried. The result of its change must be bytes."""

    shard: int
    key: bytes

    @classmethod
    def of(cls, user_id: str, device_id: str, path: str) -> Once:
        """`path` is the request's raw path, with the transaction id in it."""
        digest = hashlib.blake2b(digest_size=16)
        for part in (user_id, device_id, path):
            digest.update(part.encode("utf-8", "surrogatepass"))
            digest.update(b"\0")
        return cls(shard_of(user_id), digest.digest())
