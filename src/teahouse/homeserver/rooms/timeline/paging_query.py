"""What the reading operations of rooms ask in their query."""

from __future__ import annotations

from teahouse.kit.errors import invalid_param
from teahouse.kit.http import Request
from teahouse.kit.paging import PageToken
from teahouse.protocol.filters import BadFilter, RoomEventFilter, parse_room_event_filter

MAX_LIMIT = 100


def place(request: Request, name: str) -> int | None:
    """Errors: M_INVALID_PARAM for what is no token."""
    text = request.query(name)
    return None if not text else PageToken.parse(text).place


def limit(request: Request, default: int = 10, *, least: int = 0) -> int:
    return request.query_int("limit", default, least=least, most=MAX_LIMIT)


def one_of(request: Request, name: str, *choices: str) -> str | None:
    """Errors: M_INVALID_PARAM for anything but one of `choices`."""
    value = request.query(name)
    if value is not None and value not in choices:
        raise invalid_param(f"{name} must be one of {', '.join(choices)}")
    return value


def event_filter(request: Request) -> RoomEventFilter:
    """Errors: M_INVALID_PARAM."""
    text = request.query("filter")
    try:
        return RoomEventFilter() if not text else parse_room_event_filter(text.encode())
    except (BadFilter, UnicodeEncodeError) as error:
        raise invalid_param(str(error)) from None
