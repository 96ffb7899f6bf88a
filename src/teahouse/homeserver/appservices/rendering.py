"""A transaction as an application service gets it.

Source: application service API, PUT /transactions/{txnId}; MSC2409 (messages to devices) and
MSC3202 (counts of keys, changes of devices) under their unstable names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import orjson

from teahouse.homeserver.appservices.registration import AppService
from teahouse.homeserver.appservices.store import Place
from teahouse.homeserver.keys.counts import KeyCounts
from teahouse.homeserver.receipts.published import ReceiptMoved, TypingChanged
from teahouse.homeserver.receipts.rendering import receipt_content
from teahouse.homeserver.rooms.timeline import happenings, places
from teahouse.homeserver.rooms.timeline.splicing import with_user_id
from teahouse.homeserver.rooms.timeline.stored import StoredEvent
from teahouse.kit.database import ReadTx

Json = dict[str, Any]

MSC2409 = "de.sorunome.msc2409."
MSC3202 = "org.matrix.msc3202."


def body(
    tx: ReadTx, service: AppService, events: Collection[Place], rest: bytes, now: int
) -> bytes:
    """Events as they are now: what was redacted since is told without its content."""
    found = sorted(places.at(tx, list(events)), key=lambda event: event.pos)
    own_invitations = [
        (event.state_key, event.pos)
        for event in found
        if event.type == "m.room.member" and event.state_key and service.has_user(event.state_key)
    ]
    shown = happenings.invitations(tx, own_invitations)
    rendered = b",".join(_event(event, shown.get(event.pos), now) for event in found)
    more = b"," + rest[1:-1] if len(rest) > 2 else b""
    return b'{"events":[%b]%b}' % (rendered, more)


def _event(found: StoredEvent, invitation: bytes | None, now_ms: int) -> bytes:
    parts = [b'"age":%d' % max(0, now_ms - found.origin_server_ts)]
    if found.unsigned is not None:
        parts.append(found.unsigned[1:-1])
    if invitation is not None:
        parts.append(b'"invite_room_state":' + invitation)
    body = b'%b,"unsigned":{%b}}' % (found.body[:-1], b",".join(parts))
    return with_user_id(body, found.sender)


def receipts(moved: Iterable[ReceiptMoved]) -> list[Json]:
    by_room: dict[str, list[ReceiptMoved]] = defaultdict(list)
    for receipt in moved:
        by_room[receipt.room_id].append(receipt)
    return [
        {"type": "m.receipt", "room_id": room_id, "content": receipt_content(of_room)}
        for room_id, of_room in by_room.items()
    ]


def typing(changed: Iterable[TypingChanged]) -> list[Json]:
    return [
        {"type": "m.typing", "room_id": one.room_id, "content": {"user_ids": list(one.user_ids)}}
        for one in changed
    ]


def presence(user_id: str, content: Json) -> Json:
    return {"type": "m.presence", "sender": user_id, "content": content}


def to_device(user_id: str, device_id: str, message: bytes) -> orjson.Fragment:
    addressed = b',"to_user_id":%b,"to_device_id":%b}' % (
        orjson.dumps(user_id),
        orjson.dumps(device_id),
    )
    return orjson.Fragment(message[:-1] + addressed)


def rest(
    service: AppService,
    ephemeral: list[Json],
    messages: list[orjson.Fragment],
    device_lists: Json,
    counts: Mapping[tuple[str, str], KeyCounts],
) -> bytes:
    """What is empty is left out."""
    said: Json = {}
    if ephemeral:
        said["ephemeral"] = ephemeral
        if service.gets_unstable_ephemeral:
            said[MSC2409 + "ephemeral"] = ephemeral
    if messages:
        said[MSC2409 + "to_device"] = messages
    if device_lists:
        said[MSC3202 + "device_lists"] = device_lists
    if counts:
        said[MSC3202 + "device_one_time_keys_count"] = _by_user(
            {device: count.one_time_key_counts for device, count in counts.items()}
        )
        said[MSC3202 + "device_unused_fallback_key_types"] = _by_user(
            {device: count.unused_fallback_types for device, count in counts.items()}
        )
    return orjson.dumps(said)


def _by_user(values: Mapping[tuple[str, str], Any]) -> dict[str, dict[str, Any]]:
    by_user: dict[str, dict[str, Any]] = defaultdict(dict)
    for (user_id, device_id), value in values.items():
        by_user[user_id][device_id] = value
    return by_user
