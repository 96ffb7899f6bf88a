"""The part of an event that depends on who reads it, spliced into the bytes that do not."""

from __future__ import annotations

import msgspec
import orjson

from teahouse.homeserver.rooms.published import EventAppended
from teahouse.homeserver.rooms.timeline.stored import StoredEvent
from teahouse.homeserver.rooms.visibility.viewpoint import Reader


def splice(
    found: StoredEvent | EventAppended,
    reader: Reader,
    membership: str,
    now_ms: int,
    *,
    relations: bytes | None = None,
    shows_past: bool = True,
) -> bytes:
    """`shows_past`: whether the content of the state before it is shown."""
    parts = [b'"age":%d' % max(0, now_ms - found.origin_server_ts)]
    parts.append(b'"membership":"%b"' % membership.encode())
    if found.unsigned is not None:
        shared = found.unsigned if shows_past else _without_past(found.unsigned)
        parts.append(shared[1:-1])
    if found.txn_id is not None and found.sender == reader.user_id:
        if found.device_id is None:
            parts.append(b'"org.matrix.msc4140.delay_id":' + orjson.dumps(found.txn_id))
        elif found.device_id == reader.device_id:
            parts.append(b'"transaction_id":' + orjson.dumps(found.txn_id))
    if relations is not None:
        parts.append(b'"m.relations":' + relations)
    return b'%b,"unsigned":{%b}}' % (found.body[:-1], b",".join(parts))


def with_user_id(body: bytes, sender: str) -> bytes:
    """The sender by the older name, too, by which older clients and bridges look for it."""
    return body[:-1] + b',"user_id":%b}' % orjson.dumps(sender)


def _without_past(unsigned: bytes) -> bytes:
    decoded = msgspec.json.decode(unsigned)
    return orjson.dumps({"replaces_state": decoded["replaces_state"]})
