"""What a push gateway or a browser is told, as of the moment of sending.

Sources: push gateway API, POST /_matrix/push/v1/notify; MSC4174
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from teahouse.homeserver.accounts.standing import is_closed
from teahouse.homeserver.push import pusher_store, unread, webpush_payload
from teahouse.homeserver.push.pusher_rules import Pusher, PusherKey
from teahouse.homeserver.push.pushing import ENCRYPTED, Push
from teahouse.homeserver.push.webpush_payload import Envelope
from teahouse.homeserver.rooms.members import membership_reads
from teahouse.homeserver.rooms.state import state_reads
from teahouse.homeserver.rooms.timeline import stored
from teahouse.homeserver.rooms.timeline.stored import StoredEvent
from teahouse.kit.database import ReadTx
from teahouse.kit.secrets import token_hash


class Notice(msgspec.Struct):
    """`body` goes to the gateway at `url`; what goes to a browser is sealed when it is sent."""

    url: str
    body: bytes
    unread: int = 0
    is_badge: bool = False
    envelope: Envelope | None = None


def compose(tx: ReadTx, key: PusherKey, push: Push, upto: int) -> Notice | None:
    """None when there is nothing to tell any more: it was read, or left, or taken back, or the
    pusher is gone, or the account is locked."""
    found = pusher_store.get(tx, key)
    if found is None or is_closed(tx, key.user_id):
        return None
    if push.ack_token:
        return _confirmation(found, push)
    if not found.is_active:
        return None
    pusher = found.pusher
    rooms = membership_reads.joined_rooms(tx, key.user_id)
    counts = unread.counts(tx, key.user_id, rooms, upto)
    total = sum(count.in_all()[0] for count in counts.values())
    told: dict[str, Any] = {}
    if push.event_id:
        if push.room_id in counts:
            is_news = counts[push.room_id].in_all()[0] > 0
        else:
            is_news = _is_invited(tx, key.user_id, push.room_id, upto)
        event = stored.by_id(tx, push.room_id, push.event_id)
        if not is_news or (event is not None and event.is_redacted and event.state_key is None):
            return None
        told = _of_event(tx, key.user_id, pusher, push, event, upto)
    if pusher.is_webpush:
        return _to_browser(pusher, push, told, total)
    told["counts"] = _counts(total, is_badge=not push.event_id)
    told["devices"] = [_device(pusher, found.set_at_ms, push)]
    body = msgspec.json.encode({"notification": told})
    return Notice(pusher.data["url"], body, total, not push.event_id)


def _confirmation(found: pusher_store.Stored, push: Push) -> Notice | None:
    """A token that was followed by another one is not sent any more."""
    if found.is_active or found.ack_hash != token_hash(push.ack_token):
        return None
    envelope = webpush_payload.confirmation(found.pusher, push.ack_token)
    return Notice(envelope.url, b"", envelope=envelope)


def _to_browser(pusher: Pusher, push: Push, told: Mapping[str, Any], total: int) -> Notice | None:
    if not push.event_id and not pusher.wants_badges:
        return None
    envelope = webpush_payload.news(pusher, push, told, total)
    return Notice(envelope.url, b"", total, not push.event_id, envelope)


def _of_event(
    tx: ReadTx, user_id: str, pusher: Pusher, push: Push, event: StoredEvent | None, upto: int
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "event_id": push.event_id,
        "room_id": push.room_id,
        "prio": "high" if push.is_urgent else "low",
    }
    if event is None or pusher.hears_ids_only:
        return told
    shown = msgspec.json.decode(event.body)
    # "id" is its older name, which gateways still read.
    told |= {"id": push.event_id, "type": event.type, "sender": event.sender}
    if event.type != ENCRYPTED:
        told["content"] = shown["content"]
    if event.type == "m.room.member":
        told["membership"] = shown["content"].get("membership")
        if event.state_key == user_id:
            told["user_is_target"] = True
    names = {
        "sender_display_name": ("m.room.member", event.sender, "displayname"),
        "room_name": ("m.room.name", "", "name"),
        "room_alias": ("m.room.canonical_alias", "", "alias"),
    }
    for name, (type, state_key, field) in names.items():
        said = _said(tx, push.room_id, type, state_key, field, upto)
        if said:
            told[name] = said
    if "room_alias" in told:
        told.setdefault("room_name", told["room_alias"])
    return told


def _counts(total: int, *, is_badge: bool) -> dict[str, int]:
    """Nothing unread is left out, as specified, but where it is the news: a badge is cleared by a
    number alone."""
    return {"unread": total} if total or is_badge else {}


def _device(pusher: Pusher, set_at_ms: int, push: Push) -> dict[str, Any]:
    device: dict[str, Any] = {
        "app_id": pusher.app_id,
        "pushkey": pusher.pushkey,
        "pushkey_ts": set_at_ms // 1000,
        "data": {name: value for name, value in pusher.data.items() if name != "url"},
    }
    if push.tweaks and not pusher.hears_ids_only:
        device["tweaks"] = push.tweaks
    return device


def _said(tx: ReadTx, room_id: str, type: str, key: str, field: str, upto: int) -> str | None:
    event = state_reads.state_event(tx, room_id, type, key, upto)
    value = None if event is None else state_reads.content(event).get(field)
    return value if isinstance(value, str) else None


def _is_invited(tx: ReadTx, user_id: str, room_id: str, upto: int) -> bool:
    return membership_reads.membership_at(tx, user_id, room_id, upto) == "invite"
