"""Credentials for a TURN relay, which it checks without asking us.

Source: draft-uberti-behave-turn-rest-00, "A REST API For Access To TURN Services"
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

import msgspec

TTL_SECONDS = 86_400


class TurnServer(msgspec.Struct):
    """The answer of getTurnServer; without `uris` there is no relay."""

    username: str
    password: str
    uris: Sequence[str]
    ttl: int = TTL_SECONDS


def credentials(uris: Sequence[str], secret: str, user_id: str, now_ms: int) -> TurnServer:
    """The user name says until when the password holds, in seconds since the epoch."""
    if not uris:
        return TurnServer("", "", [])
    username = f"{now_ms // 1000 + TTL_SECONDS}:{user_id}"
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return TurnServer(username, base64.b64encode(digest).decode(), uris)
