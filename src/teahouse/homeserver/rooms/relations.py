"""What an event's content says of other events. Pure; content comes from anyone.

Source: client-server API, "Forming relationships between events"
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

THREAD = "m.thread"
REPLACE = "m.replace"
REFERENCE = "m.reference"
ANNOTATION = "m.annotation"


@dataclass(slots=True, frozen=True)
class Relation:
    rel_type: str
    parent_id: str
    key: str | None

    @property
    def thread_id(self) -> str | None:
        return self.parent_id if self.rel_type == THREAD else None


def relation_of(content: Mapping[str, Any]) -> Relation | None:
    relates_to = content.get("m.relates_to")
    if not isinstance(relates_to, dict):
        return None
    rel_type, parent_id = relates_to.get("rel_type"), relates_to.get("event_id")
    if not (isinstance(rel_type, str) and isinstance(parent_id, str)):
        return None
    if not (0 < len(rel_type) <= 255 and parent_id[:1] == "$" and len(parent_id) <= 255):
        return None
    key = relates_to.get("key")
    return Relation(rel_type, parent_id, key if isinstance(key, str) else None)
