"""What the lists of the administration ask in their query."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import msgspec

from teahouse.kit.errors import invalid_param
from teahouse.kit.http import Request

MAX_LIMIT = 500


def limit(request: Request) -> int:
    return request.query_int("limit", 100, least=1, most=MAX_LIMIT)


def token_of(key: object) -> str:
    """A token that names a place in a list by the key of what lies before it."""
    return urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def place(request: Request, shape: Any) -> Any:
    """The key in `from`, None without one. Errors: M_INVALID_PARAM."""
    text = request.query("from")
    if text is None:
        return None
    try:
        decoded = urlsafe_b64decode(text.encode("ascii") + b"===")
        return msgspec.json.decode(decoded, type=shape)
    except (ValueError, msgspec.DecodeError):
        raise invalid_param("This token is not one of this server") from None
