"""What a pusher of kind webpush is. Pure.

Source: MSC4174, "Web push"
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final

from teahouse.kit.errors import bad_json, invalid_param, missing_param

KINDS: Final = ("webpush", "org.matrix.msc4174.webpush")
ACK_FOR_MS: Final = 5 * 60_000
POINT_BYTES: Final = 65
AUTH_BYTES: Final = 16
GONE: Final = (403, 404, 410)
"""What a push service answers for a subscription that it does not have (any more)."""


def capabilities(vapid: str) -> dict[str, Any]:
    """`vapid` is what browsers take as `applicationServerKey`."""
    return {name: {"enabled": True, "vapid": vapid} for name in ("m.webpush", KINDS[1])}


def read_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """Without what only the server says. The URL was called `endpoint` in earlier drafts."""
    read = {name: value for name, value in data.items() if name != "activated"}
    if "url" not in read and "endpoint" in read:
        read["url"] = read.pop("endpoint")
    return read


def check_keys(pushkey: str, data: Mapping[str, Any]) -> None:
    """Errors: M_MISSING_PARAM, M_BAD_JSON, M_INVALID_PARAM for what no browser has given."""
    if "auth" not in data:
        raise missing_param("data.auth")
    if not isinstance(data["auth"], str):
        raise bad_json("data.auth must be a string")
    if len(_decoded(data["auth"])) != AUTH_BYTES:
        raise invalid_param(f"data.auth must be {AUTH_BYTES} bytes in URL-safe Base64")
    point = _decoded(pushkey)
    if len(point) != POINT_BYTES or not _is_on_curve(point):
        raise invalid_param("pushkey must be a P-256 public key in URL-safe Base64")
    if not isinstance(data.get("events_only", False), bool):
        raise bad_json("data.events_only must be true or false")


def is_same_subscription(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether what was shown to reach the browser is still where it is sent."""
    return all(before.get(name) == after.get(name) for name in ("url", "auth"))


def to_base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def of_base64(text: str) -> bytes:
    """Errors: ValueError."""
    if not text.isascii():
        raise ValueError("not Base64")
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _decoded(text: str) -> bytes:
    try:
        return of_base64(text)
    except (ValueError, binascii.Error):
        return b""


def _is_on_curve(point: bytes) -> bool:
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        return False
    return True
