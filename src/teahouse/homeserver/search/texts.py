"""Which events are found, and by which of their texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

FIELDS: Mapping[str, str] = {
    "m.room.message": "body",
    "m.room.name": "name",
    "m.room.topic": "topic",
}
"""By the event's type. What is encrypted is not here: the server can't read it."""


def key_of(type: str) -> str:
    """What the specification calls the text of such an event."""
    return f"content.{FIELDS[type]}"


def text_of(body: bytes) -> str:
    """Empty when there is none, as in a redacted event."""
    event: dict[str, Any] = msgspec.json.decode(body)
    field = FIELDS.get(event["type"])
    text = None if field is None else event["content"].get(field)
    return text if isinstance(text, str) else ""
