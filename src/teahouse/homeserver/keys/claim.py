"""A device takes keys of others, to begin encrypted sessions with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from teahouse.homeserver.keys import claimable_store, counts
from teahouse.homeserver.keys.claimable_store import Pool
from teahouse.kit.errors import Refused
from teahouse.kit.log import WriteTx

MAX_KEYS = 5000
KEYS_A_QUERY = 500

Claimed = dict[str, dict[str, dict[str, msgspec.Raw]]]
"""Keys by user, device, and `algorithm:name`."""


def claim(tx: WriteTx, wanted: Mapping[str, Mapping[str, str]]) -> Claimed:
    """One key for each device: the oldest one-time key, which is then gone, else the fallback key.

    `wanted` is the algorithm by user and device. Devices without such keys are left out.
    All claims go through the log's one writer, so no two of them get the same one-time key.
    Errors: M_TOO_LARGE.
    """
    names = [
        (user_id, device_id, algorithm)
        for user_id, by_device in wanted.items()
        for device_id, algorithm in by_device.items()
    ]
    if len(names) > MAX_KEYS:
        raise Refused("M_TOO_LARGE", f"At most {MAX_KEYS} keys at once")
    claimed: Claimed = {}
    for start in range(0, len(names), KEYS_A_QUERY):
        pools = claimable_store.pools(tx, names[start : start + KEYS_A_QUERY])
        _take(tx, pools)
        for pool in pools:
            if key := _shown(pool):
                claimed.setdefault(pool.user_id, {})[pool.device_id] = key
    return claimed


def _take(tx: WriteTx, pools: Sequence[Pool]) -> None:
    one_time = [pool for pool in pools if pool.key_id is not None]
    newly_used = [
        pool
        for pool in pools
        if pool.key_id is None and pool.fallback_key_id is not None and not pool.fallback_used
    ]
    if one_time:
        claimable_store.take(tx, one_time)
    if newly_used:
        claimable_store.mark_fallback_used(tx, newly_used)
    for pool in one_time + newly_used:
        counts.record_change(tx, pool.user_id, pool.device_id, tx.next_pos())


def _shown(pool: Pool) -> dict[str, Any]:
    for key_id, key in (
        (pool.key_id, pool.key),
        (pool.fallback_key_id, pool.fallback_key),
    ):
        if key_id is not None and key is not None:
            return {f"{pool.algorithm}:{key_id}": msgspec.Raw(key)}
    return {}
