"""What a browser is told, and what its push service sees of that: sizes and times, no words.

Never what was said: the app shows who writes and where, and fetches the rest when it is opened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from teahouse.homeserver.push.pusher_rules import Pusher
from teahouse.homeserver.push.pushing import Push
from teahouse.homeserver.push.webpush_rules import ACK_FOR_MS, to_base64

MAX_PAYLOAD_BYTES: Final = 3_993
"""What one record of 4,096 bytes can carry. Source: RFC 8291, section 4"""
MAX_NAME_CHARS: Final = 100
TTL_SECONDS: Final = 86_400
ACK_TTL_SECONDS: Final = ACK_FOR_MS // 1000

_KEPT: Final = ("event_id", "room_id", "type", "sender", "user_is_target", "prio")
_NAMES: Final = ("sender_display_name", "room_name", "room_alias")


class Envelope(msgspec.Struct, frozen=True):
    """A message to one subscription, before it is sealed."""

    url: str
    p256dh: str
    auth: str
    payload: bytes
    urgency: str
    ttl_seconds: int
    topic: str | None
    """A message that waits at the push service is replaced by a newer one with the same."""


def confirmation(pusher: Pusher, token: str) -> Envelope:
    """What shows that messages arrive; the app gives the token back."""
    payload = msgspec.json.encode({"app_id": pusher.app_id, "ack_token": token})
    return _envelope(pusher, payload, "high", ACK_TTL_SECONDS, None)


def news(pusher: Pusher, push: Push, told: Mapping[str, Any], unread: int) -> Envelope:
    """`told` is what a gateway would hear of the event; empty for a badge alone."""
    urgency = "high" if push.is_urgent else "normal" if push.event_id else "low"
    about = topic(pusher.data["auth"], push.room_id)
    return _envelope(pusher, news_payload(told, unread), urgency, TTL_SECONDS, about)


def news_payload(told: Mapping[str, Any], unread: int) -> bytes:
    """Names are cut; what is too long nevertheless is left to be looked up."""
    kept = {name: told[name] for name in _KEPT if name in told}
    membership = told.get("content", {}).get("membership")
    if told.get("type") == "m.room.member" and isinstance(membership, str):
        kept["membership"] = membership[:MAX_NAME_CHARS]
    kept |= {name: told[name][:MAX_NAME_CHARS] for name in _NAMES if name in told}
    whole = msgspec.json.encode({**kept, "unread": unread})
    if len(whole) <= MAX_PAYLOAD_BYTES:
        return whole
    return msgspec.json.encode({name: told[name] for name in ("event_id", "room_id", "prio")})


def topic(auth: str, room_id: str) -> str:
    """The same for each message of a room, and of no meaning to who doesn't know `auth`."""
    key = auth.encode()[:64]
    return to_base64(hashlib.blake2b(room_id.encode(), key=key, digest_size=24).digest())


def _envelope(
    pusher: Pusher, payload: bytes, urgency: str, ttl_seconds: int, topic: str | None
) -> Envelope:
    url, auth = pusher.data["url"], pusher.data["auth"]
    return Envelope(url, pusher.pushkey, auth, payload, urgency, ttl_seconds, topic)
